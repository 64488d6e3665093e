namespace EdgeDePin.Analytics;

/// <summary>A harmonic of a waveform as an effective value and its angle.</summary>
/// <param name="Rms">In the unit of the samples.</param>
/// <param name="Radians">Of the cosine, at the first sample.</param>
public readonly record struct Phasor(double Rms, double Radians);

/// <summary>Arithmetic over samples of a voltage or a current at equal steps. The spans hold a whole number of cycles as near as samples allow.</summary>
public static class Waveform
{
    public static double Rms(ReadOnlySpan<double> samples)
    {
        double squares = 0;
        foreach (double sample in samples)
        {
            squares += sample * sample;
        }

        return Math.Sqrt(squares / Math.Max(1, samples.Length));
    }

    /// <summary>What repeats <paramref name="cycles"/> times within the span.</summary>
    public static Phasor Component(ReadOnlySpan<double> samples, int cycles)
    {
        double real = 0, imaginary = 0, step = 2 * Math.PI * cycles / samples.Length;
        for (int sample = 0; sample < samples.Length; sample++)
        {
            (double sin, double cos) = Math.SinCos(step * sample);
            real += samples[sample] * cos;
            imaginary -= samples[sample] * sin;
        }

        double scale = Math.Sqrt(2) / samples.Length;
        return new Phasor(Math.Sqrt((real * real) + (imaginary * imaginary)) * scale, Math.Atan2(imaginary, real));
    }

    /// <summary>
    /// The frequency of the fundamental: cycles between the first and the last upward crossing of zero, both interpolated, after harmonics were smoothed
    /// away over half a cycle.
    /// </summary>
    /// <param name="nominalHertz">50 or 60; it decides what is smoothed.</param>
    /// <returns>Null unless two crossings are there.</returns>
    public static double? Frequency(ReadOnlySpan<double> samples, double samplesPerSecond, double nominalHertz)
    {
        int half = (int)Math.Round(samplesPerSecond / nominalHertz / 2);
        if (half < 2 || samples.Length < 3 * half)
        {
            return null;
        }

        double sum = 0, first = double.NaN, last = double.NaN, before = double.NaN;
        int crossings = 0;
        for (int sample = 0; sample < samples.Length; sample++)
        {
            sum += samples[sample] - (sample >= half ? samples[sample - half] : 0);
            if (sample < half - 1)
            {
                continue;
            }

            if (before < 0 && sum >= 0)
            {
                last = sample - (sum / (sum - before));
                first = double.IsNaN(first) ? last : first;
                crossings++;
            }

            before = sum;
        }

        return crossings < 2 ? null : (crossings - 1) * samplesPerSecond / (last - first);
    }
}
