namespace EdgeDePin.Tests.Sensors;

/// <summary>Waits are over as soon as they begin, on the thread of whoever waits.</summary>
/// <param name="perLook">Time that passes whenever somebody looks at the clock: what a transfer takes that lies between two looks.</param>
internal sealed class JumpingTime(TimeSpan perLook = default) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, perLook.Ticks);

    // In the middle of the transfer.
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Interlocked.Read(ref _ticks) + (perLook.Ticks / 2));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Jump(this, callback, state);

    public void Pass(TimeSpan span) => Interlocked.Add(ref _ticks, span.Ticks);

    private sealed class Jump(JumpingTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                time.Pass(dueTime);
                callback(state);
            }

            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
