namespace EdgeDePin.Execution;

/// <summary>
/// A token for foreign code, cancelled with either of two others. What that code has registered with it and throws when it is cancelled
/// does not reach whoever cancels.
/// </summary>
internal sealed class ShieldedToken : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _first;
    private readonly CancellationTokenRegistration _second;
    private readonly Action<Exception> _faulted;

    public ShieldedToken(Action<Exception> faulted, CancellationToken first, CancellationToken second)
    {
        _faulted = faulted;
        _first = first.UnsafeRegister(static self => ((ShieldedToken)self!).Cancel(), this);
        _second = second.UnsafeRegister(static self => ((ShieldedToken)self!).Cancel(), this);
    }

    public CancellationToken Token => _source.Token;

    public void Cancel()
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
            // What it was for was over in the same moment.
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _source.Dispose();
    }
}
