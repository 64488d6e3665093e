using System.Collections.Immutable;

namespace EdgeDePin.Analytics;

/// <summary>One phase over ten cycles of 50 Hz or twelve of 60 Hz: the basic window of IEC 61000-4-30.</summary>
/// <param name="Hertz">Of the fundamental, of this window alone.</param>
/// <param name="Volts">Effective, harmonics included.</param>
/// <param name="Amperes">Likewise.</param>
/// <param name="Watts">Active power: the mean of voltage times current. Import is positive.</param>
/// <param name="VoltAmperes">Apparent power: the product of the effective values.</param>
/// <param name="FundamentalVars">Reactive power of the fundamental; positive where the current lags (IEEE 1459).</param>
/// <param name="NonActiveVars">What is apparent and not active, from phase and from distortion.</param>
/// <param name="PowerFactor">Active over apparent power; 0 without current.</param>
/// <param name="VoltageThd">Harmonics 2 to 40 over the fundamental, in percent.</param>
/// <param name="CurrentThd">Likewise; 0 without current.</param>
/// <param name="VoltageHarmonics">Percent of the fundamental; the first is number 2, the last number 40 (fewer where the samples do not reach so far).</param>
public sealed record PowerQuality(
    double Hertz, double Volts, double Amperes, double Watts, double VoltAmperes, double FundamentalVars, double NonActiveVars, double PowerFactor,
    double VoltageThd, double CurrentThd, ImmutableArray<double> VoltageHarmonics, Phasor Voltage, Phasor Current)
{
    public const int LastHarmonic = 40;

    /// <summary>Below this share of the effective value there is no fundamental to refer to.</summary>
    private const double Nothing = 1e-9;

    /// <summary>Cycles of a window: 10 of 50 Hz, 12 of 60 Hz, both 200 ms.</summary>
    public static int Cycles(double nominalHertz) => nominalHertz < 55 ? 10 : 12;

    /// <param name="volts">At least the window: 200 ms and some samples more, since a slow grid needs longer.</param>
    /// <param name="amperes">Taken at the same instants; as many.</param>
    /// <param name="nominalHertz">50 or 60.</param>
    /// <returns>Null where there are too few samples, or no voltage of that frequency.</returns>
    public static PowerQuality? Of(ReadOnlySpan<double> volts, ReadOnlySpan<double> amperes, double samplesPerSecond, double nominalHertz)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(amperes.Length, volts.Length, nameof(amperes));
        if (Waveform.Frequency(volts, samplesPerSecond, nominalHertz) is not { } hertz || Math.Abs(hertz - nominalHertz) > 0.15 * nominalHertz)
        {
            return null;
        }

        // The window follows the grid, so that harmonics fall on whole cycles (IEC 61000-4-7).
        int cycles = Cycles(nominalHertz), length = (int)Math.Round(cycles * samplesPerSecond / hertz);
        if (length > volts.Length)
        {
            return null;
        }

        volts = volts[..length];
        amperes = amperes[..length];
        double effectiveVolts = Waveform.Rms(volts), effectiveAmperes = Waveform.Rms(amperes), watts = 0;
        for (int sample = 0; sample < length; sample++)
        {
            watts += volts[sample] * amperes[sample];
        }

        watts /= length;
        (Phasor voltage, ImmutableArray<double> voltageHarmonics) = Spectrum(volts, cycles);
        (Phasor current, ImmutableArray<double> currentHarmonics) = Spectrum(amperes, cycles);
        double apparent = effectiveVolts * effectiveAmperes;
        return new PowerQuality(
            hertz, effectiveVolts, effectiveAmperes, watts, apparent,
            voltage.Rms * current.Rms * Math.Sin(voltage.Radians - current.Radians),
            Math.Sqrt(Math.Max(0, (apparent * apparent) - (watts * watts))), apparent > 0 ? watts / apparent : 0,
            Total(voltageHarmonics), Total(currentHarmonics), voltageHarmonics, voltage, current);
    }

    /// <summary>
    /// The part of three phases that turns backwards, over the part that turns forwards, in percent (IEC 61000-4-30, section 5.7). The phases are those
    /// of one window.
    /// </summary>
    public static double Unbalance(Phasor one, Phasor two, Phasor three)
    {
        const double third = 2 * Math.PI / 3;
        double forwards = Sum(one, two, third, three, -third), backwards = Sum(one, two, -third, three, third);
        return forwards > 0 ? 100 * backwards / forwards : 0;

        static double Sum(Phasor one, Phasor two, double turnTwo, Phasor three, double turnThree)
        {
            double real = (one.Rms * Math.Cos(one.Radians)) + (two.Rms * Math.Cos(two.Radians + turnTwo)) + (three.Rms * Math.Cos(three.Radians + turnThree));
            double imaginary = (one.Rms * Math.Sin(one.Radians)) + (two.Rms * Math.Sin(two.Radians + turnTwo)) + (three.Rms * Math.Sin(three.Radians + turnThree));
            return Math.Sqrt((real * real) + (imaginary * imaginary));
        }
    }

    private static (Phasor Fundamental, ImmutableArray<double> Harmonics) Spectrum(ReadOnlySpan<double> samples, int cycles)
    {
        Phasor fundamental = Waveform.Component(samples, cycles);
        int last = Math.Min(LastHarmonic, (samples.Length / 2 / cycles) - 1);
        double scale = fundamental.Rms > Nothing * Math.Max(1, Waveform.Rms(samples)) ? 100 / fundamental.Rms : 0;
        var harmonics = ImmutableArray.CreateBuilder<double>(Math.Max(0, last - 1));
        for (int harmonic = 2; harmonic <= last; harmonic++)
        {
            harmonics.Add(scale * Waveform.Component(samples, harmonic * cycles).Rms);
        }

        return (fundamental, harmonics.ToImmutable());
    }

    private static double Total(ImmutableArray<double> harmonics) => Math.Sqrt(harmonics.Sum(harmonic => harmonic * harmonic));
}
