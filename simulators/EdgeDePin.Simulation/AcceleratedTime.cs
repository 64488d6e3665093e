namespace EdgeDePin.Simulation;

/// <summary>
/// A clock that starts at a given instant and runs faster (or slower) than another. Its timers never fire before their time
/// on this clock, and waits of less than a real millisecond do not cost one.
/// </summary>
public sealed class AcceleratedTime : TimeProvider
{
    private readonly TimeProvider _inner;
    private readonly DateTimeOffset _start;
    private readonly long _innerStart;

    /// <param name="inner">The clock that waits are measured by, usually <see cref="TimeProvider.System"/>.</param>
    /// <param name="start">What this clock shows now.</param>
    /// <param name="speed">Seconds of this clock in one second of <paramref name="inner"/>; more than 0, at most 1,000,000.</param>
    public AcceleratedTime(TimeProvider inner, DateTimeOffset start, double speed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 1_000_000);
        (_inner, _start, Speed, _innerStart) = (inner, start.ToUniversalTime(), speed, inner.GetTimestamp());
    }

    public double Speed { get; }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ticks of 100 ns, as in <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(_inner.GetElapsedTime(_innerStart).Ticks * Speed);

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new AcceleratedTimer(this, _inner, callback, state, dueTime, period);

    /// <summary>How long the inner clock takes for a wait on this one, rounded up.</summary>
    internal TimeSpan Inner(TimeSpan wait) =>
        wait <= TimeSpan.Zero ? wait : TimeSpan.FromTicks((long)Math.Ceiling(wait.Ticks / Speed));
}
