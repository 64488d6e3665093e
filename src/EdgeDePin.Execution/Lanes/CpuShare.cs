using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Processor time of executions at a bounded price: the clock (half a microsecond) is read only when 50 µs have passed since the
/// last reading, so it costs at most one percent. What was used in between belongs to the executions in between, by wall time.
/// </summary>
internal sealed class CpuShare(long frequency)
{
    private readonly long _period = Math.Max(1, frequency / 20_000);
    private long _stamp = long.MinValue;
    private long _used;

    /// <summary>Begins anew: what the thread did since (slept, spun) belongs to nobody.</summary>
    public void Restart(long now)
    {
        if (ThreadCpuClock.Exists)
        {
            (_stamp, _used) = (now, ThreadCpuClock.Nanoseconds());
        }
    }

    public bool IsDue(long now) => now - _stamp >= _period && _stamp != long.MinValue;

    public (long Nanoseconds, CpuQuality Quality) Take(long start, long end)
    {
        long used = ThreadCpuClock.Nanoseconds();
        long delta = used - _used;
        long window = end - _stamp;
        long wall = Math.Min(end - start, window);
        (_stamp, _used) = (end, used);
        // Nine tenths of the window are this execution's: then the rest is the price of taking it, not somebody else's work.
        return wall >= window - (window / 10) ? (delta, CpuQuality.Exact) : ((long)(delta * ((double)wall / window)), CpuQuality.Apportioned);
    }
}
