using System.Threading.Tasks.Sources;

namespace EdgeDePin.Sensors;

/// <summary>
/// A wait that allocates nothing after its first use: one timer, set again and again. One waiter at a time, as a driver is.
/// </summary>
public sealed class ReusableDelay : IValueTaskSource, IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private TimeSpan _wait;
    private long _started;
    private bool _isWaiting;

    public ReusableDelay(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(
            static self => ((ReusableDelay)self!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <exception cref="OperationCanceledException">By the token.</exception>
    public ValueTask WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (wait <= TimeSpan.Zero)
        {
            return ValueTask.CompletedTask;
        }

        lock (_lock)
        {
            _core.Reset();
            (_wait, _started, _token, _isWaiting) = (wait, _time.GetTimestamp(), cancellationToken, true);
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }

        _registration = cancellationToken.UnsafeRegister(static self => ((ReusableDelay)self!).Cancel(), this);
        return new ValueTask(this, _core.Version);
    }

    public void Dispose() => _timer.Dispose();

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _core.GetResult(token);
    }

    // A tick may be that of a wait that was cancelled, or early by part of a millisecond: only the clock decides.
    private void Tick()
    {
        lock (_lock)
        {
            if (!_isWaiting)
            {
                return;
            }

            TimeSpan left = _wait - _time.GetElapsedTime(_started);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            _isWaiting = false;
        }

        _core.SetResult(true);
    }

    private void Cancel()
    {
        lock (_lock)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _core.SetException(new OperationCanceledException(_token));
    }
}
