using System.Threading.Channels;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage;

/// <summary>
/// The one lane on which a store is written. Callers wait until their points are committed; what waits together is
/// committed together, so that one disk flush serves many messages.
/// </summary>
public sealed class WriteLane(Store store)
{
    /// <summary>A hub sends each module at most this many messages before the first is acknowledged; more cannot wait here.</summary>
    public const int MaxWaiting = 1_024;

    /// <summary>Points of one commit, where they come in more than one batch: about 1 MB in the engine's appender.</summary>
    public const int MaxBatch = 20_000;

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

        PointBatch batch = store.Batches.Rent();
        foreach (Point point in points)
        {
            batch.Add(point);
        }

        await AppendAsync(batch, cancellationToken);
        store.Batches.Return(batch);
    }

    /// <summary>Completes when the points of the batch are durable. A batch whose append failed or was cancelled may still be waiting: it is not filled again.</summary>
    internal async Task AppendAsync(PointBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // The part of the work that needs no lane.
        _ = batch.Payload;
        var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Waiting(batch, committed), cancellationToken);
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
        var together = new List<Waiting>();
        int points = 0;
        while (_waiting.Reader.TryRead(out Waiting? waiting))
        {
            together.Add(waiting);
            points += waiting.Batch.Count;
            if (points >= MaxBatch)
            {
                Commit(together);
                together.Clear();
                points = 0;
            }
        }

        if (together.Count > 0)
        {
            Commit(together);
        }
    }

    private void Commit(List<Waiting> together)
    {
        try
        {
            store.AppendBatches(together.ConvertAll(waiting => waiting.Batch));
            together.ForEach(waiting => waiting.Committed.SetResult());
            store.HoldBack();
        }
        catch (StoreException error)
        {
            together.ForEach(waiting => waiting.Committed.SetException(error));
        }
    }

    private sealed record Waiting(PointBatch Batch, TaskCompletionSource Committed);
}
