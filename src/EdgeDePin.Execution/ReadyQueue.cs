using System.Diagnostics.CodeAnalysis;

namespace EdgeDePin.Execution;

/// <summary>
/// What waits for a lane: own work by its order, guests only when no own work waits. Lanes sleep here. Its length is bounded
/// by what the executor admits (open tasks and guests).
/// </summary>
internal sealed class ReadyQueue(int guestLanes)
{
    private readonly object _gate = new();
    private readonly PriorityQueue<Work, WorkOrder> _own = new();
    private readonly PriorityQueue<Work, WorkOrder> _guests = new();
    private readonly SortedDictionary<int, Level> _levels = [];
    private int _guestsRunning;
    private bool _closed;

    /// <returns>False when the queue is closed.</returns>
    public bool TryEnqueue(Work work)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            (work.IsGuest ? _guests : _own).Enqueue(work, work.Order);
            Book(work, 1);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Sleeps until there is work for the calling lane. After a guest the lane calls <see cref="GuestEnded"/>.</summary>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool TryTake([NotNullWhen(true)] out Work? work)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_own.TryDequeue(out work, out _))
                {
                    Book(work, -1);
                    return true;
                }

                if (_guestsRunning < guestLanes && _guests.TryDequeue(out work, out _))
                {
                    _guestsRunning++;
                    return true;
                }

                if (_closed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    public void GuestEnded()
    {
        lock (_gate)
        {
            _guestsRunning--;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes everything out that the predicate names; the caller ends it.</summary>
    public IReadOnlyList<Work> Withdraw(Predicate<Work> belongs)
    {
        lock (_gate)
        {
            return [.. Withdraw(_own, belongs), .. Withdraw(_guests, belongs)];
        }
    }

    /// <summary>Own work that would run before something of this priority: how many tasks, and how long they are expected to take.</summary>
    public (int Tasks, TimeSpan Expected) Ahead(int priority)
    {
        lock (_gate)
        {
            int tasks = 0;
            TimeSpan expected = TimeSpan.Zero;
            foreach ((int of, Level level) in _levels)
            {
                if (of >= priority)
                {
                    tasks += level.Tasks;
                    expected += level.Expected;
                }
            }

            return (tasks, expected);
        }
    }

    /// <summary>The lendable own work that would run last of all: what a neighbour with a free slot could relieve us of.</summary>
    public Work? LastLendable()
    {
        lock (_gate)
        {
            return _own.UnorderedItems.Where(item => item.Element.Definition.Lendable).Select(item => item.Element).MaxBy(work => work.Order);
        }
    }

    /// <returns>False when a lane was faster.</returns>
    public bool TryRemove(Work work)
    {
        lock (_gate)
        {
            bool removed = _own.Remove(work, out _, out _);
            if (removed)
            {
                Book(work, -1);
            }

            return removed;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private List<Work> Withdraw(PriorityQueue<Work, WorkOrder> queue, Predicate<Work> belongs)
    {
        (Work Element, WorkOrder Priority)[] all = [.. queue.UnorderedItems];
        queue.Clear();
        queue.EnqueueRange(all.Where(item => !belongs(item.Element)));
        List<Work> withdrawn = [.. all.Where(item => belongs(item.Element)).Select(item => item.Element)];
        withdrawn.ForEach(work => Book(work, -1));
        return withdrawn;
    }

    private void Book(Work work, int tasks)
    {
        if (work.IsGuest)
        {
            return;
        }

        Level level = _levels.GetValueOrDefault(work.Order.Priority);
        level = new Level(level.Tasks + tasks, level.Expected + (tasks * work.Expected));
        if (level.Tasks == 0)
        {
            _levels.Remove(work.Order.Priority);
        }
        else
        {
            _levels[work.Order.Priority] = level;
        }
    }

    private readonly record struct Level(int Tasks, TimeSpan Expected);
}
