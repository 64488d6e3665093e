using EdgeDePin.Analytics;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Grid.Ade7953;

namespace EdgeDePin.Tests.Sensors.Grid;

/// <summary>Blocks from values that come at unequal steps, in turns, with gaps: what the arithmetic of power quality finds in them.</summary>
public sealed class Ade7953WaveformTests
{
    // 230 V with 5 % of the fifth and 2 % of the seventh, 4 A that lag by 30 degrees with 20 % of the third.
    private static double Volts(double t, double hertz) => 230 * Math.Sqrt(2) * (Sin(t, hertz, 0) + (0.05 * Sin(t, 5 * hertz, 0)) + (0.02 * Sin(t, 7 * hertz, 1)));

    private static double Amperes(double t, double hertz) => 4 * Math.Sqrt(2) * (Sin(t, hertz, -Math.PI / 6) + (0.2 * Sin(t, 3 * hertz, 0)));

    [Theory]
    [InlineData(50, 50.00, 0)]
    [InlineData(50, 49.83, 0)]
    [InlineData(60, 60.02, 0)]
    [InlineData(50, 50.00, 0.002)]   // one transfer in five hundred is interrupted, for up to three milliseconds
    public void Power_quality_of_a_block_is_that_of_the_mains(int nominal, double hertz, double interrupted)
    {
        WaveformBlock block = Taken(nominal, hertz, interrupted)!;
        Assert.InRange(block.SamplesPerSecond, 2_500, 2_800);
        PowerQuality quality = PowerQuality.Of(block.Volts.AsSpan(), block.Amperes.AsSpan(), block.SamplesPerSecond, block.NominalHertz)!;

        // Class S of IEC 61000-4-30: 50 mHz, 0.5 % of the voltage; harmonics within 5 % of the reading or 0.3 % of the nominal voltage.
        Assert.Equal(hertz, quality.Hertz, 0.05);
        Assert.Equal(230 * Math.Sqrt(1 + 0.0025 + 0.0004), quality.Volts, 230 * 0.005);
        Assert.Equal(230 * 4 * Math.Cos(Math.PI / 6), quality.Watts, 920 * 0.01);
        Assert.Equal(230 * 4 * Math.Sin(Math.PI / 6), quality.FundamentalVars, 920 * 0.02);
        Assert.Equal(5, quality.VoltageHarmonics[5 - 2], 0.3);
        Assert.Equal(2, quality.VoltageHarmonics[7 - 2], 0.3);
        Assert.Equal(0, quality.VoltageHarmonics[9 - 2], 0.3);
        Assert.Equal(20, quality.CurrentThd, 1.0);
    }

    [Fact]
    public void A_machine_too_busy_for_it_has_no_block()
    {
        Assert.Null(Taken(50, 50, interrupted: 0.2));
    }

    [Fact]
    public void The_codes_of_a_full_range_are_those_of_the_datasheet()
    {
        // 6,500,000 is the peak of a sine of which the RMS register says 9,032,007.
        Assert.Equal(Ade7953Conversion.Volts(9_032_007) * Math.Sqrt(2), Ade7953Conversion.InstantVolts(6_500_000), 1e-6);
        Assert.Equal(-Ade7953Conversion.Amperes(9_032_007) * Math.Sqrt(2), Ade7953Conversion.InstantAmperes(-6_500_000), 1e-6);
    }

    // As a bus of 400 kHz gives them: 360 µs for a pair, with some µs of jitter, and an interruption now and then.
    private static WaveformBlock? Taken(int nominal, double hertz, double interrupted)
    {
        var random = new Random(3);
        var waveform = new Ade7953Waveform(nominal, 230);
        double t = 0.123;
        for (double end = t + 0.6; t < end && !waveform.IsComplete;)
        {
            double begin = t, between = begin + Transfer(), after = between + Transfer();
            waveform.Add(begin, between, after,
                Code(Volts((begin + between) / 2, hertz), Ade7953Conversion.InstantVolts(1)), Code(Amperes((between + after) / 2, hertz), Ade7953Conversion.InstantAmperes(1)));
            t = after;
        }

        return waveform.ToBlock();

        double Transfer() => 0.000_180 + (0.000_015 * random.NextDouble()) + (random.NextDouble() < interrupted ? 0.003 * random.NextDouble() : 0);
    }

    private static int Code(double value, double perCode) => (int)Math.Round(value / perCode);

    private static double Sin(double t, double hertz, double phase) => Math.Sin((2 * Math.PI * hertz * t) + phase);
}
