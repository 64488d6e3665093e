using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Node.Clocks;

/// <summary>A device's clocks: one that only counts since its start, and one on the wall that somebody sets.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly FakeTimeProvider _counting = new(DateTimeOffset.UnixEpoch);
    private TimeSpan _wall;

    /// <param name="wall">What the clock on the wall says when the device starts.</param>
    public SteppedTime(DateTimeOffset wall) => _wall = wall - DateTimeOffset.UnixEpoch;

    public TimeSpan Uptime => _counting.GetUtcNow() - DateTimeOffset.UnixEpoch;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Uptime.Ticks;

    public override DateTimeOffset GetUtcNow() => _counting.GetUtcNow() + _wall;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _counting.CreateTimer(callback, state, dueTime, period);

    /// <summary>Time passes, on both clocks.</summary>
    public void Pass(TimeSpan time) => _counting.Advance(time);

    /// <summary>Somebody sets the clock on the wall.</summary>
    public void Set(DateTimeOffset now) => _wall += now - GetUtcNow();
}
