using System.Collections.Concurrent;

namespace EdgeDePin.Storage.Batches;

/// <summary>Batches to be filled again. Those that are never returned are collected like any object.</summary>
internal sealed class BatchPool
{
    /// <summary>As many as writes may be under way by default.</summary>
    private const int MostKept = 8;

    private readonly ConcurrentStack<PointBatch> _free = new();

    /// <summary>An empty batch.</summary>
    public PointBatch Rent() => _free.TryPop(out PointBatch? batch) ? batch : new PointBatch();

    /// <param name="batch">One that nobody holds any more.</param>
    public void Return(PointBatch batch)
    {
        if (_free.Count < MostKept && batch.IsWorthKeeping)
        {
            batch.Clear();
            _free.Push(batch);
        }
    }
}
