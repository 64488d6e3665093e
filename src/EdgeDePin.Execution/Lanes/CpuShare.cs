using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Processor time of executions at a bounded price. The clock is read only when 200 µs have passed since the last reading: the call takes
/// half a microsecond and leaves caches and predictors to be filled again, all in all about one, so it costs half a percent at most. What
/// was used between two readings belongs to the executions in between: those that end before the second get what the share of the readings
/// before says, and the one that ends with it the rest, so that nothing is given twice.
/// </summary>
internal sealed class CpuShare(long frequency)
{
    private readonly long _period = Math.Max(1, frequency / 5_000);
    private readonly double _nanosecondsOfTick = 1e9 / frequency;
    private long _stamp = long.MinValue;
    private long _used;
    // Of one tick of the clock on the wall; below 0: not known since the thread began anew.
    private double _nanoseconds = -1;
    private long _given;

    /// <summary>Begins anew: what the thread did since (slept, spun) belongs to nobody.</summary>
    public void Restart(long now)
    {
        if (ThreadCpuClock.Exists)
        {
            (_stamp, _used, _nanoseconds, _given) = (now, ThreadCpuClock.Nanoseconds(), -1, 0);
        }
    }

    public bool IsDue(long now) => now - _stamp >= _period && _stamp != long.MinValue;

    public (long Nanoseconds, CpuQuality Quality) Take(long start, long end)
    {
        long used = ThreadCpuClock.Nanoseconds();
        long delta = used - _used;
        long window = end - _stamp;
        long wall = Math.Min(end - start, window);
        // A longer window was that of one long execution, which may have slept: it says nothing of the short ones after it.
        if (window <= 2 * _period || _nanoseconds < 0)
        {
            _nanoseconds = Math.Min((double)delta / window, _nanosecondsOfTick);
        }

        long given = _given;
        (_stamp, _used, _given) = (end, used, 0);
        // Nine tenths of the window are this execution's: then the rest is the price of taking it, not somebody else's work.
        return wall >= window - (window / 10) ? (delta, CpuQuality.Exact)
            : (given > 0 ? Math.Clamp(delta - given, 0, (long)(wall * _nanosecondsOfTick)) : (long)(delta * ((double)wall / window)), CpuQuality.Apportioned);
    }

    /// <summary>Without a reading, of which the last is no older than the period.</summary>
    public (long Nanoseconds, CpuQuality Quality) Carry(long start, long end)
    {
        if (_nanoseconds < 0 || end <= start)
        {
            return (0, CpuQuality.None);
        }

        long share = (long)((end - start) * _nanoseconds);
        _given += share;
        return (share, CpuQuality.Carried);
    }
}
