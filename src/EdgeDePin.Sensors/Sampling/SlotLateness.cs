namespace EdgeDePin.Sensors.Sampling;

/// <summary>
/// How late the slots of a schedule begin, in constant memory: counts by the eighth of an octave, so that a quantile is at most 9 % above
/// the true one.
/// </summary>
public sealed class SlotLateness
{
    private const int StepsPerOctave = 8;
    private const int Octaves = 27;   // a microsecond to two minutes

    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[StepsPerOctave * Octaves];
    private TimeSpan _max;
    private long _leftOut;

    /// <summary>All of one moment.</summary>
    public LatenessSummary Summary => Sum([this]);

    /// <summary>Several schedules together.</summary>
    public static LatenessSummary Sum(IReadOnlyCollection<SlotLateness> schedules)
    {
        long[] counts = new long[StepsPerOctave * Octaves];
        TimeSpan max = default;
        long leftOut = 0;
        foreach (SlotLateness one in schedules)
        {
            lock (one._lock)
            {
                for (int i = 0; i < counts.Length; i++)
                {
                    counts[i] += one._counts[i];
                }

                max = one._max > max ? one._max : max;
                leftOut += one._leftOut;
            }
        }

        long slots = counts.Sum();
        return new LatenessSummary(slots, leftOut, Quantile(counts, slots, 0.5, max), Quantile(counts, slots, 0.99, max), max);
    }

    /// <param name="late">Since the slot was due; a timer that is early by part of a millisecond is in time.</param>
    /// <param name="leftOut">Slots that passed before it without a sample.</param>
    internal void Note(TimeSpan late, long leftOut)
    {
        double microseconds = Math.Max(1, late.TotalMicroseconds);
        int at = Math.Min((int)(StepsPerOctave * Math.Log2(microseconds)), _counts.Length - 1);
        lock (_lock)
        {
            _counts[at]++;
            _leftOut += leftOut;
            _max = late > _max ? late : _max;
        }
    }

    // The upper end of where it lies, but no more than there ever was.
    private static TimeSpan Quantile(long[] counts, long slots, double share, TimeSpan max)
    {
        long below = 0, wanted = (long)Math.Ceiling(share * slots);
        for (int i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            if (slots > 0 && below >= wanted)
            {
                var end = TimeSpan.FromMicroseconds(Math.Pow(2, (i + 1.0) / StepsPerOctave));
                return end < max ? end : max;
            }
        }

        return TimeSpan.Zero;
    }
}

/// <param name="Slots">That began; the first of a schedule, which sets its time, is not among them.</param>
/// <param name="LeftOut">Slots that passed while the sensor was still busy.</param>
/// <param name="Median">Half of the slots began later.</param>
/// <param name="P99">One in a hundred began later.</param>
/// <param name="Max">None did.</param>
public readonly record struct LatenessSummary(long Slots, long LeftOut, TimeSpan Median, TimeSpan P99, TimeSpan Max);
