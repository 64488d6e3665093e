namespace EdgeDePin.Execution;

/// <summary>
/// What this node has to do of its own: what waits, by priority, and what runs. Placement asks it how long a task would wait here.
/// Guests do not count: they step aside.
/// </summary>
internal sealed class Backlog(int lanes, Estimates estimates, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, Level> _levels = [];
    private readonly Running?[] _running = new Running?[lanes];

    public void Add(Work work) => Book(work, 1);

    public void Remove(Work work) => Book(work, -1);

    /// <summary>A lane has begun with what waited before.</summary>
    public void Begin(Work work, int lane)
    {
        Book(work, -1);
        Volatile.Write(ref _running[lane], new Running(time.GetTimestamp(), work.Definition.Kind, work.InputBytes));
    }

    public void End(int lane) => Volatile.Write(ref _running[lane], null);

    /// <summary>What something of this priority would find ahead of it.</summary>
    public LocalLoad At(int priority)
    {
        int ahead = 0, busy = 0;
        TimeSpan expected = TimeSpan.Zero;
        lock (_gate)
        {
            foreach ((int of, Level level) in _levels)
            {
                if (of >= priority)
                {
                    ahead += level.Tasks;
                    expected += level.Expected;
                }
            }
        }

        for (int lane = 0; lane < _running.Length; lane++)
        {
            if (Volatile.Read(ref _running[lane]) is Running running)
            {
                busy++;
                // What has outlived its expectation is not about to end: it goes on as long as those did that lasted longer.
                expected += estimates.Remaining(running.Kind, time.GetElapsedTime(running.Since), running.InputBytes);
            }
        }

        return new LocalLoad(_running.Length, busy, ahead, expected);
    }

    private void Book(Work work, int tasks)
    {
        if (work.IsGuest)
        {
            return;
        }

        lock (_gate)
        {
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
    }

    private readonly record struct Level(int Tasks, TimeSpan Expected);

    private sealed record Running(long Since, TaskKind Kind, double InputBytes);
}
