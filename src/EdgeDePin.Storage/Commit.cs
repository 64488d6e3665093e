using System.Runtime.ExceptionServices;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage;

/// <summary>One caller's points on their way to the disk. Whoever holds the writer lane commits for all that wait.</summary>
internal sealed class Commit(IReadOnlyList<PointBatch> batches)
{
    private ExceptionDispatchInfo? _failure;
    private long _head;

    public IReadOnlyList<PointBatch> Batches => batches;

    public int Points { get; } = batches.Sum(batch => batch.Count);

    public bool IsDone { get; private set; }

    public void Succeed(long head) => (_head, IsDone) = (head, true);

    public void Fail(Exception cause) => (_failure, IsDone) = (ExceptionDispatchInfo.Capture(cause), true);

    /// <summary>The sequence of the last point, or the failure.</summary>
    public long Result()
    {
        _failure?.Throw();
        return _head;
    }
}
