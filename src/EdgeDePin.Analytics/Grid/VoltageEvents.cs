namespace EdgeDePin.Analytics;

public enum VoltageEventKind
{
    /// <summary>Below 90 % of the nominal voltage.</summary>
    Dip,

    /// <summary>Above 110 %.</summary>
    Swell,

    /// <summary>Below 5 %.</summary>
    Interruption,
}

/// <param name="BeginSample">From the first sample that was given.</param>
/// <param name="Extreme">The lowest voltage of a dip, the highest of a swell, in volts.</param>
public readonly record struct VoltageEvent(VoltageEventKind Kind, long BeginSample, long EndSample, double Extreme);

/// <summary>
/// Finds dips, swells and interruptions in a stream of voltage samples, by the effective value of one cycle taken anew each half cycle (IEC 61000-4-30, section
/// 5.4; limits of EN 50160). Memory: one cycle.
/// </summary>
/// <param name="nominalVolts">Effective, such as 230.</param>
public sealed class VoltageEvents(double samplesPerSecond, double nominalHertz, double nominalVolts)
{
    private const double Low = 0.9;
    private const double High = 1.1;
    private const double Gone = 0.05;

    // An event ends only when the voltage is back by this much more, so that one at the edge is not many.
    private const double Hysteresis = 0.02;

    private readonly double[] _cycle = new double[Math.Max(2, (int)Math.Round(samplesPerSecond / nominalHertz))];
    private readonly int _half = Math.Max(1, (int)Math.Round(samplesPerSecond / nominalHertz / 2));
    private double _squares;
    private long _samples;
    private VoltageEvent? _open;

    /// <summary>Effective value of the last whole cycle, in volts; null before the first.</summary>
    public double? Volts { get; private set; }

    /// <returns>The event that this sample ended; usually null.</returns>
    public VoltageEvent? Add(double volts)
    {
        int slot = (int)(_samples % _cycle.Length);
        _squares += (volts * volts) - (_cycle[slot] * _cycle[slot]);
        _cycle[slot] = volts;
        _samples++;
        if (_samples % _cycle.Length == 0)
        {
            // Rounding that a running sum collects would pass for volts after some months.
            _squares = _cycle.Sum(sample => sample * sample);
        }

        if (_samples < _cycle.Length || _samples % _half != 0)
        {
            return null;
        }

        Volts = Math.Sqrt(Math.Max(0, _squares) / _cycle.Length);
        return Judge(Volts.Value, Volts.Value / nominalVolts);
    }

    private VoltageEvent? Judge(double volts, double share)
    {
        if (_open is not { } open)
        {
            _open = share < Low ? new VoltageEvent(share < Gone ? VoltageEventKind.Interruption : VoltageEventKind.Dip, _samples, _samples, volts)
                : share > High ? new VoltageEvent(VoltageEventKind.Swell, _samples, _samples, volts)
                : null;
            return null;
        }

        bool over = open.Kind == VoltageEventKind.Swell ? share < High - Hysteresis : share >= Low + Hysteresis;
        if (over)
        {
            _open = null;
            return open with { EndSample = _samples };
        }

        // What falls below five percent was an interruption, however it began.
        _open = open.Kind == VoltageEventKind.Swell
            ? open with { Extreme = Math.Max(open.Extreme, volts) }
            : open with { Extreme = Math.Min(open.Extreme, volts), Kind = share < Gone ? VoltageEventKind.Interruption : open.Kind };
        return null;
    }
}
