namespace EdgeDePin.Execution.Lanes;

/// <summary>The token of one attempt that may not run for ever: cancelled by time, or with the run.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan timeout, TimeProvider time, CancellationToken run)
    {
        _clock = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(run, _clock.Token);
    }

    public CancellationToken Token => _either.Token;

    public bool Expired => _clock.IsCancellationRequested;

    public void Dispose()
    {
        _either.Dispose();
        _clock.Dispose();
    }
}
