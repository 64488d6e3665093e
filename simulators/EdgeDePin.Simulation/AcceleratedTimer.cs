namespace EdgeDePin.Simulation;

/// <summary>A timer of an <see cref="AcceleratedTime"/>, on a timer of the clock inside.</summary>
internal sealed class AcceleratedTimer : ITimer
{
    private readonly AcceleratedTime _time;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ITimer _inner;
    private readonly Lock _lock = new();
    private long _due = long.MaxValue;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public AcceleratedTimer(
        AcceleratedTime time, TimeProvider inner, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (_time, _callback, _state) = (time, callback, state);
        _inner = inner.CreateTimer(
            static self => ((AcceleratedTimer)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(dueTime, period);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            bool never = dueTime == Timeout.InfiniteTimeSpan;
            _due = never ? long.MaxValue : _time.GetTimestamp() + dueTime.Ticks;
            _period = period;
            return _inner.Change(_time.Inner(dueTime), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _inner.Dispose();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    // The system's timers cut a wait to whole milliseconds, so they may tick early; then what is left is waited for again.
    private void Tick()
    {
        lock (_lock)
        {
            if (_due == long.MaxValue)
            {
                return;
            }

            long left = _due - _time.GetTimestamp();
            if (left > 0)
            {
                _inner.Change(_time.Inner(TimeSpan.FromTicks(left)), Timeout.InfiniteTimeSpan);
                return;
            }

            bool again = _period > TimeSpan.Zero;
            _due = again ? _due + _period.Ticks : long.MaxValue;
            if (again)
            {
                long wait = Math.Max(0, _due - _time.GetTimestamp());
                _inner.Change(_time.Inner(TimeSpan.FromTicks(wait)), Timeout.InfiniteTimeSpan);
            }
        }

        _callback(_state);
    }
}
