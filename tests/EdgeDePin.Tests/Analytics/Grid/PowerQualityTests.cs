using EdgeDePin.Analytics;

namespace EdgeDePin.Tests.Analytics.Grid;

public sealed class PowerQualityTests
{
    private const double Rate = 12_800;

    private static readonly (int Number, double Volts, double Amperes)[] Ieee = [(1, 100, 100), (3, 8, 20), (5, 15, 15), (7, 5, 10)];

    /// <summary>IEEE 1459-2010, the example of clause 3.1.2: voltages 100, 8, 15, 5 and currents 100, 20, 15, 10 of the harmonics 1, 3, 5, 7.</summary>
    [Fact]
    public void The_example_of_IEEE_1459_is_measured_from_its_waveform()
    {
        PowerQuality quality = Measure(50, Ieee, lag: 0.5)!;
        Assert.Equal(101.558, quality.Volts, 0.001);
        Assert.Equal(103.562, quality.Amperes, 0.001);
        Assert.Equal(10_517.5, quality.VoltAmperes, 0.5);
        Assert.Equal(17.72, quality.VoltageThd, 0.01);
        Assert.Equal(26.93, quality.CurrentThd, 0.01);
        Assert.Equal(50, quality.Hertz, 1e-6);
        Assert.Equal(8, quality.VoltageHarmonics[3 - 2], 1e-6);
        Assert.Equal(15, quality.VoltageHarmonics[5 - 2], 1e-6);
        Assert.Equal(39, quality.VoltageHarmonics.Length);

        // Every harmonic of the current lags by half a radian, so the active power is the sum of the products times its cosine.
        double products = Ieee.Sum(one => one.Volts * one.Amperes);
        Assert.Equal(products * Math.Cos(0.5), quality.Watts, 0.1);
        Assert.Equal(10_000 * Math.Sin(0.5), quality.FundamentalVars, 0.1);
        Assert.Equal(quality.Watts / quality.VoltAmperes, quality.PowerFactor, 1e-12);
        Assert.Equal(quality.VoltAmperes * quality.VoltAmperes, (quality.Watts * quality.Watts) + (quality.NonActiveVars * quality.NonActiveVars), 1e-3);
    }

    [Theory]
    [InlineData(50, 47.5)]
    [InlineData(50, 49.87)]
    [InlineData(50, 51.5)]
    [InlineData(60, 60)]
    [InlineData(60, 59.3)]
    public void The_window_follows_the_frequency_of_the_grid(double nominal, double hertz)
    {
        PowerQuality quality = Measure(hertz, [(1, 230, 5), (3, 11.5, 1), (5, 13.8, 1)], lag: 0, nominal)!;
        Assert.Equal(hertz, quality.Hertz, 0.01);                       // class S: 50 mHz
        Assert.Equal(230.6, quality.Volts, 230 * 0.005);                // class S: 0.5 %
        Assert.Equal(7.81, quality.VoltageThd, 0.2);
    }

    [Fact]
    public void Without_a_grid_there_is_nothing_to_measure()
    {
        Assert.Null(PowerQuality.Of(new double[4_000], new double[4_000], Rate, 50));
        Assert.Null(PowerQuality.Of(new double[10], new double[10], Rate, 50));
        Assert.Null(Measure(16.7, [(1, 230, 1)], 0));
    }

    // Symmetrical components: one phase 10 % low is 3.45 % of unbalance; a pure negative sequence of 5 % is 5.
    [Fact]
    public void Unbalance_is_the_part_that_turns_backwards()
    {
        static Phasor At(double volts, double degrees) => new(volts, degrees * Math.PI / 180);
        Assert.Equal(0, PowerQuality.Unbalance(At(230, 0), At(230, -120), At(230, 120)), 1e-9);
        Assert.Equal(100 * (0.1 / 3) / (2.9 / 3), PowerQuality.Unbalance(At(207, 0), At(230, -120), At(230, 120)), 1e-9);
        Assert.True(PowerQuality.Unbalance(At(230, 0), At(230, 120), At(230, -120)) > 1e6);
    }

    [Fact]
    public void Dips_swells_and_interruptions_are_told_with_begin_length_and_depth()
    {
        var events = new VoltageEvents(Rate, 50, 230);
        var found = new List<VoltageEvent>();
        for (int sample = 0; sample < 5 * Rate; sample++)
        {
            double second = sample / Rate;
            double volts = second is >= 1 and < 1.1 ? 0.4 * 230 : second is >= 2 and < 2.2 ? 1.2 * 230 : second is >= 3 and < 3.5 ? 0 : second >= 4 ? 0.91 * 230 : 230;
            if (events.Add(volts * Math.Sqrt(2) * Math.Sin(2 * Math.PI * 50 * second)) is { } ended)
            {
                found.Add(ended);
            }
        }

        Assert.Equal([VoltageEventKind.Dip, VoltageEventKind.Swell, VoltageEventKind.Interruption], found.Select(one => one.Kind));
        Assert.Equal([92, 276, 0], found.Select(one => Math.Round(one.Extreme)));

        // To a cycle at each end.
        Assert.All(found.Zip([0.1, 0.2, 0.5]), one => Assert.Equal(one.Second, (one.First.EndSample - one.First.BeginSample) / Rate, 0.021));
        Assert.All(found.Zip([1.0, 2.0, 3.0]), one => Assert.Equal(one.Second, one.First.BeginSample / Rate, 0.021));
    }

    [Fact]
    public void The_rate_of_change_is_the_slope_of_half_a_second()
    {
        var rate = new RateOfChange();
        DateTimeOffset begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        double? last = null;
        for (int cycle = 0; cycle < 100; cycle++)
        {
            last = rate.Add(50 - (0.8 * cycle * 0.02), begin.AddMilliseconds(20 * cycle));
            Assert.Equal(cycle >= 20, last is not null);
        }

        Assert.Equal(-0.8, last!.Value, 1e-9);
    }

    [Fact]
    public void A_week_of_good_supply_keeps_EN_50160_and_a_week_with_a_tenth_too_low_does_not()
    {
        DateTimeOffset monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        PowerQuality good = Measure(50, [(1, 230, 5), (3, 4, 0), (5, 6, 0)], 0)!;
        PowerQuality low = Measure(50, [(1, 200, 5), (3, 4, 0), (5, 6, 0)], 0)!;
        foreach ((bool isKept, int lowEvery) in new[] { (true, 21), (false, 10) })
        {
            var week = new En50160();
            for (int interval = 0; interval < 7 * 144; interval++)
            {
                week.Add(interval % lowEvery == 0 ? low : good, monday.AddMinutes(10 * interval), 0.5);
                week.AddFrequency(50.02);
            }

            Assert.Equal(isKept, week.Report()[0].IsKept);
            Assert.Equal(1008, week.Report()[0].Values);
            Assert.All(week.Report().Skip(1), criterion => Assert.True(criterion.IsKept, criterion.Name));
        }
    }

    private static PowerQuality? Measure(double hertz, (int Number, double Volts, double Amperes)[] harmonics, double lag, double nominal = 50)
    {
        int samples = (int)(Rate * 0.3);
        double[] volts = new double[samples], amperes = new double[samples];
        for (int sample = 0; sample < samples; sample++)
        {
            double angle = (2 * Math.PI * hertz * sample / Rate) + 0.3;
            volts[sample] = harmonics.Sum(one => one.Volts * Math.Sqrt(2) * Math.Sin(one.Number * angle));
            amperes[sample] = harmonics.Sum(one => one.Amperes * Math.Sqrt(2) * Math.Sin((one.Number * angle) - lag));
        }

        return PowerQuality.Of(volts, amperes, Rate, nominal);
    }
}
