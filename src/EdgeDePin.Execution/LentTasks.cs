using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>
/// How many tasks each neighbour has of ours. An offer is older than what we handed over since, and whether it counts our own
/// tasks depends on its age; so no neighbour gets more at once than it offered at best since it last had none.
/// </summary>
internal sealed class LentTasks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, (int Open, int Most)> _workers = [];

    public IReadOnlyList<RemoteWorker> WithRoom(IReadOnlyList<RemoteWorker> workers)
    {
        lock (_gate)
        {
            return [.. workers.Where(HasRoom)];
        }
    }

    /// <returns>False when another thread took the last slot since <see cref="WithRoom"/>.</returns>
    public bool TryAdd(RemoteWorker worker)
    {
        lock (_gate)
        {
            if (!HasRoom(worker))
            {
                return false;
            }

            (int open, int most) = _workers.GetValueOrDefault(worker.Id);
            _workers[worker.Id] = (open + 1, Math.Max(most, worker.FreeSlots));
            return true;
        }
    }

    public void Remove(RemoteWorker worker)
    {
        lock (_gate)
        {
            (int open, int most) = _workers[worker.Id];
            if (open == 1)
            {
                _workers.Remove(worker.Id);
            }
            else
            {
                _workers[worker.Id] = (open - 1, most);
            }
        }
    }

    private bool HasRoom(RemoteWorker worker) =>
        worker.FreeSlots > 0
        && (!_workers.TryGetValue(worker.Id, out (int Open, int Most) lent) || lent.Open < Math.Max(lent.Most, worker.FreeSlots));
}
