using System.Threading.Tasks.Sources;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>The wait of one schedule for its next slot, used again and again. Whoever waits goes on upon the thread that ends the wait.</summary>
internal sealed class SlotWait(SamplingThread thread) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private int _isWaiting;

    /// <param name="due">Of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    public ValueTask UntilAsync(long due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _core.Reset();
        _token = cancellationToken;
        Volatile.Write(ref _isWaiting, 1);
        thread.Add(this, due);
        _registration = cancellationToken.UnsafeRegister(static self => ((SlotWait)self!).Cancel(), this);
        return new ValueTask(this, _core.Version);
    }

    /// <summary>The moment has come.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1)
        {
            _core.SetResult(true);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _core.GetResult(token);
    }

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1)
        {
            thread.Remove(this);
            _core.SetException(new OperationCanceledException(_token));
        }
    }
}
