namespace EdgeDePin.Simulation;

/// <summary>A clock on the wall that somebody sets, beside another that goes right: timers and timestamps are those of the other.</summary>
public sealed class WallClock(TimeProvider right) : TimeProvider
{
    private long _offset;

    /// <summary>How far it is off.</summary>
    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public override TimeZoneInfo LocalTimeZone => right.LocalTimeZone;

    public override long TimestampFrequency => right.TimestampFrequency;

    public override long GetTimestamp() => right.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        right.CreateTimer(callback, state, dueTime, period);
}
