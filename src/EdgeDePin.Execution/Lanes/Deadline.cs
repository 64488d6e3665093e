namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// The token of one attempt that may not run for ever: cancelled by time, or with the run. What somebody has registered with the token and
/// throws then is told to whoever made the deadline: on the thread of a timer it would end the process.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _run;
    private readonly ITimer _timer;
    private readonly Action<Exception> _faulted;
    private volatile bool _expired;

    public Deadline(TimeSpan timeout, TimeProvider time, Action<Exception> faulted, CancellationToken run)
    {
        _faulted = faulted;
        _run = run.UnsafeRegister(static self => ((Deadline)self!).Cancel(), this);
        _timer = time.CreateTimer(static self => ((Deadline)self!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    public bool Expired => _expired;

    public void Dispose()
    {
        _timer.Dispose();
        _run.Dispose();
        _source.Dispose();
    }

    private void Expire()
    {
        _expired = true;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException error)
        {
            _faulted(error);
        }
        catch (ObjectDisposedException)
        {
            // The attempt was over in the same moment.
        }
    }
}
