using System.Threading.Channels;

namespace EdgeDePin.Storage;

/// <summary>
/// The one lane on which a store is written. Callers wait until their points are committed; what waits together is
/// committed together, so that one disk flush serves many messages.
/// </summary>
public sealed class WriteLane(Store store)
{
    /// <summary>A hub sends each module at most this many messages before the first is acknowledged; more cannot wait here.</summary>
    public const int MaxWaiting = 1_024;

    /// <summary>Points of one commit: about 5 MB in DuckDB's appender.</summary>
    public const int MaxBatch = 10_000;

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting)
    {
        SingleReader = true,
        // A caller that waits holds back its acknowledgement, and with it the hub: nothing is dropped here.
        FullMode = BoundedChannelFullMode.Wait,
    });

    /// <summary>Completes when the points are durable.</summary>
    /// <exception cref="ChannelClosedException">The lane has ended.</exception>
    /// <exception cref="StoreException">The store refused the commit; nothing was acknowledged and the caller may try again.</exception>
    public async Task AppendAsync(IReadOnlyList<Point> points, CancellationToken cancellationToken)
    {
        if (points.Count == 0)
        {
            return;
        }

        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Waiting(points, committed), cancellationToken);
        await committed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Commits what comes until cancelled, and then what still waits.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
            {
                CommitWaiting();
            }
        }
        catch (OperationCanceledException)
        {
            _waiting.Writer.Complete();
            CommitWaiting();
        }
    }

    private void CommitWaiting()
    {
        var batch = new List<Point>();
        var callers = new List<TaskCompletionSource>();
        while (_waiting.Reader.TryRead(out Waiting? waiting))
        {
            batch.AddRange(waiting.Points);
            callers.Add(waiting.Committed);
            if (batch.Count >= MaxBatch)
            {
                Commit(batch, callers);
                batch.Clear();
                callers.Clear();
            }
        }

        Commit(batch, callers);
    }

    private void Commit(List<Point> batch, List<TaskCompletionSource> callers)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            store.Append(batch);
            callers.ForEach(caller => caller.SetResult());
        }
        catch (StoreException error)
        {
            callers.ForEach(caller => caller.SetException(error));
        }
    }

    private sealed record Waiting(IReadOnlyList<Point> Points, TaskCompletionSource Committed);
}
