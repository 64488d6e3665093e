using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage;

/// <summary>What waits for the next flush of the disk. Each caller waits for its own, so it is as long as there are callers.</summary>
internal sealed class CommitQueue
{
    /// <summary>Points that one flush takes at most: about 2 MB of frames.</summary>
    public const int MaxPoints = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<Commit> _waiting = new();

    public Commit Enter(IReadOnlyList<PointBatch> batches)
    {
        var commit = new Commit(batches);
        lock (_lock)
        {
            _waiting.Enqueue(commit);
        }

        return commit;
    }

    /// <summary>The oldest that wait, at least one if any does.</summary>
    public List<Commit> Take()
    {
        lock (_lock)
        {
            var taken = new List<Commit>();
            for (int points = 0; _waiting.TryPeek(out Commit? next) && (taken.Count == 0 || points + next.Points <= MaxPoints);)
            {
                points += next.Points;
                taken.Add(_waiting.Dequeue());
            }

            return taken;
        }
    }
}
