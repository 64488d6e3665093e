namespace EdgeDePin.Execution;

/// <summary>
/// UTC counted on from one look at the wall clock. Within a run all instants come from here, so that a step of the wall clock
/// (a device without an RTC that has just found its time server) never makes a duration negative; the next run looks anew.
/// </summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly long _stamp = time.GetTimestamp();
    private readonly DateTimeOffset _utc = time.GetUtcNow();

    public DateTimeOffset Start => _utc;

    public DateTimeOffset At(long stamp) => _utc + time.GetElapsedTime(_stamp, stamp);
}
