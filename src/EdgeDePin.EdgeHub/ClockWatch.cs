namespace EdgeDePin.EdgeHub;

/// <summary>
/// Whether the clock on the wall was set since this object was made: it is compared with the one that only counts. A device
/// without a battery-backed clock boots in the past and is set right when the network comes.
/// </summary>
public sealed class ClockWatch(TimeProvider time)
{
    private readonly DateTimeOffset _wall = time.GetUtcNow();
    private readonly long _count = time.GetTimestamp();

    /// <summary>By how much it was set; positive is forward. Zero, give or take the slewing of NTP, if it was not.</summary>
    public TimeSpan Step => time.GetUtcNow() - _wall - time.GetElapsedTime(_count);
}
