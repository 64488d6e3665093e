using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.EdgeHub;

/// <summary>A clock on the wall that can be set while the one that counts goes on, as NTP does to a device without a battery.</summary>
internal sealed class SteppableTime(FakeTimeProvider counting) : TimeProvider
{
    private long _offsetTicks;

    public override long TimestampFrequency => counting.TimestampFrequency;

    public void Set(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => counting.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public override long GetTimestamp() => counting.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        counting.CreateTimer(callback, state, dueTime, period);
}
