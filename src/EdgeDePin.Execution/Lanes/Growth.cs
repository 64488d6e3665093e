using System.Collections.Concurrent;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Tasks that join a graph while it runs. They lie in chunks that never move, so that lanes read them without a lock.
/// </summary>
internal sealed class Growth(int tasks, int limit)
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly Spawned[]?[] _chunks = new Spawned[]?[(limit + ChunkSize - 1) >> ChunkBits];
    private readonly HashSet<int> _failed = [];
    private readonly ConcurrentQueue<int> _free = new();
    private int[]? _childrenOfGraphTasks;
    private int _count;

    public int Count => Math.Min(Volatile.Read(ref _count), limit);

    /// <returns>The number of the new task; -1 when the limit is reached.</returns>
    public int Add(TaskBody body, int parent, TaskRules? rules = null, TaskBody? fallback = null)
    {
        int index = Interlocked.Increment(ref _count) - 1;
        if ((uint)index >= (uint)limit)
        {
            Interlocked.Decrement(ref _count);
            return -1;
        }

        ref Spawned[]? chunk = ref _chunks[index >> ChunkBits];
        Spawned[] found = Volatile.Read(ref chunk) ?? Interlocked.CompareExchange(ref chunk, new Spawned[ChunkSize], null) ?? chunk!;
        found[index & (ChunkSize - 1)] = new Spawned { Body = body, Parent = parent, Rules = rules, Fallback = fallback };
        return tasks + index;
    }

    /// <summary>Work from outside takes the place of work that is over: such a run has no end, and its memory should have one.</summary>
    /// <returns>Its number.</returns>
    public int Add(LaneWork work, long readyAt)
    {
        if (!_free.TryDequeue(out int task))
        {
            task = Add(work.Run, parent: -1);
            if (task < 0)
            {
                throw new InvalidOperationException($"More than {limit} pieces of work are open.");
            }
        }

        this[task] = new Spawned { Body = work.Run, Parent = -1, Work = work, ReadyAt = readyAt };
        return task;
    }

    /// <summary>Nobody will ask for this task any more.</summary>
    public void Free(int task)
    {
        this[task] = default;
        _free.Enqueue(task);
    }

    public ref Spawned this[int task] => ref _chunks[(task - tasks) >> ChunkBits]![(task - tasks) & (ChunkSize - 1)];

    /// <summary>How many parts of a task are not over yet: its children, and while these are added itself.</summary>
    public ref int OpenPartsOf(int task)
    {
        if (task >= tasks)
        {
            return ref this[task].OpenParts;
        }

        int[] counts = Volatile.Read(ref _childrenOfGraphTasks)
            ?? Interlocked.CompareExchange(ref _childrenOfGraphTasks, new int[tasks], null)
            ?? _childrenOfGraphTasks!;
        return ref counts[task];
    }

    /// <summary>Something that the task has spawned has failed, so what waits for the task has nothing to wait for.</summary>
    public void MarkFailed(int task)
    {
        if (task >= tasks)
        {
            this[task].Failed = true;
        }
        else
        {
            lock (_failed)
            {
                _failed.Add(task);
            }
        }
    }

    public bool HasFailed(int task)
    {
        if (task >= tasks)
        {
            return this[task].Failed;
        }

        lock (_failed)
        {
            return _failed.Contains(task);
        }
    }

    internal struct Spawned
    {
        public TaskBody Body;
        public int Parent;

        /// <summary>Null for what a task has spawned.</summary>
        public LaneWork? Work;
        public TaskRules? Rules;
        public TaskBody? Fallback;
        public int OpenParts;
        public int Attempts;
        public bool Failed;
        public long ReadyAt;
    }
}
