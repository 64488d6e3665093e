namespace EdgeDePin.Execution.Explaining;

/// <summary>Why a task on the executed path began when it did.</summary>
public enum Enabler
{
    /// <summary>It is the first.</summary>
    Beginning,

    /// <summary>A task that it waited for ended last.</summary>
    Dependency,

    /// <summary>The task that added it to the graph had come so far.</summary>
    Spawning,

    /// <summary>Its lane was busy with another task until then.</summary>
    Lane,
}

/// <summary>One task on the path that made the run as long as it was.</summary>
/// <param name="Waited">From the end of the step before to this start: nobody's work, in nanoseconds.</param>
public readonly record struct PathStep(int Task, Enabler Enabler, long Waited, long Ran);

/// <summary>What the graph alone demands, and what happened: slack and drag of each task, and the path of the execution.</summary>
/// <param name="Slack">By how much each task could have taken longer, with as many lanes as one likes.</param>
/// <param name="Drag">By how much the longest path would shrink if the task took no time; 0 off the path.</param>
/// <param name="GraphLength">The longest path of run times.</param>
/// <param name="Executed">From the first task to the one that ended last; waits and runs sum to the makespan.</param>
public sealed record CriticalPath(long[] Slack, long[] Drag, long GraphLength, IReadOnlyList<PathStep> Executed)
{
    public static CriticalPath Of(ExecutedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        int[] order = run.Shape.Order();
        long[] early = new long[run.Tasks], late = new long[run.Tasks];
        long length = 0;
        foreach (int task in order)
        {
            long own = run.End[task] - run.Start[task];
            foreach (int before in run.Shape.DependenciesOf(task))
            {
                early[task] = Math.Max(early[task], run.Spawner[task] == before ? early[before] - Ran(run, before) + Lead(run, task) : early[before]);
            }

            // The earliest end; the start is that minus the run.
            early[task] += own;
            length = Math.Max(length, early[task]);
        }

        Array.Fill(late, length);
        for (int at = order.Length - 1; at >= 0; at--)
        {
            int task = order[at];
            long start = late[task] - (run.End[task] - run.Start[task]);
            foreach (int before in run.Shape.DependenciesOf(task))
            {
                late[before] = Math.Min(late[before], run.Spawner[task] == before ? start - Lead(run, task) + Ran(run, before) : start);
            }
        }

        long[] slack = new long[run.Tasks];
        for (int task = 0; task < slack.Length; task++)
        {
            slack[task] = late[task] - early[task];
        }

        return new CriticalPath(slack, Drags(run, early, slack), length, Walk(run));
    }

    // Of a critical task: its own time, but not more than the least slack of what runs beside it; two critical ones beside each
    // other have none to give (Devaux, "Total Project Control").
    private static long[] Drags(ExecutedRun run, long[] early, long[] slack)
    {
        long[] drag = new long[run.Tasks];
        int[] alone = Alone([.. Enumerable.Range(0, run.Tasks).Where(task => slack[task] == 0 && Ran(run, task) > 0)], run, early);
        long[] starts = [.. alone.Select(task => early[task] - Ran(run, task))];
        foreach (int task in alone)
        {
            drag[task] = Ran(run, task);
        }

        // Least slack first: whoever covers a critical task first has the least, and nobody after changes it.
        int[] unset = [.. Enumerable.Range(0, alone.Length + 1)];
        int[] bySlack = [.. Enumerable.Range(0, run.Tasks).Where(task => slack[task] > 0 && Ran(run, task) > 0)];
        Array.Sort([.. bySlack.Select(task => slack[task])], bySlack);
        foreach (int task in bySlack)
        {
            int first = Array.BinarySearch(starts, early[task] - Ran(run, task));
            first = first >= 0 ? first : Math.Max(0, ~first - 1);
            for (int at = Find(unset, first); at < alone.Length && starts[at] < early[task]; at = Find(unset, at + 1))
            {
                if (early[alone[at]] > early[task] - Ran(run, task))
                {
                    drag[alone[at]] = Math.Min(drag[alone[at]], slack[task]);
                    unset[at] = at + 1;
                }
            }
        }

        return drag;
    }

    private static long Ran(ExecutedRun run, int task) => run.End[task] - run.Start[task];

    // How far its spawner had come when it added the task.
    private static long Lead(ExecutedRun run, int task) => Math.Max(0, run.Ready[task] - run.Start[run.Spawner[task]]);

    // Those of the critical tasks, by start, beside which no other critical task runs.
    private static int[] Alone(int[] critical, ExecutedRun run, long[] early)
    {
        Array.Sort([.. critical.Select(task => early[task] - Ran(run, task))], critical);
        var alone = new List<int>();
        long until = long.MinValue;
        for (int at = 0; at < critical.Length; at++)
        {
            int task = critical[at];
            bool overlapped = early[task] - Ran(run, task) < until
                || (at + 1 < critical.Length && early[critical[at + 1]] - Ran(run, critical[at + 1]) < early[task]);
            if (!overlapped)
            {
                alone.Add(task);
            }

            until = Math.Max(until, early[task]);
        }

        return [.. alone];
    }

    private static int Find(int[] next, int at)
    {
        while (next[at] != at)
        {
            next[at] = next[next[at]];
            at = next[at];
        }

        return at;
    }

    // Back from the last end, always to whichever enabler ended last.
    private static PathStep[] Walk(ExecutedRun run)
    {
        if (run.Tasks == 0)
        {
            return [];
        }

        int[] previous = new int[run.Tasks];
        foreach (int[] lane in run.ByLane())
        {
            for (int at = 0; at < lane.Length; at++)
            {
                previous[lane[at]] = at == 0 ? -1 : lane[at - 1];
            }
        }

        int task = 0;
        for (int other = 1; other < run.Tasks; other++)
        {
            task = run.End[other] > run.End[task] ? other : task;
        }

        var steps = new List<PathStep>();
        // What counts of a task is only the part before its follower began: a body that waited for others overlaps them.
        long until = run.End[task];
        while (true)
        {
            (int from, Enabler enabler) = (-1, Enabler.Beginning);
            foreach (int before in run.Shape.DependenciesOf(task))
            {
                (from, enabler) = from < 0 || run.End[before] > run.End[from] ? (before, Enabler.Dependency) : (from, enabler);
            }

            long came = from < 0 ? 0 : run.End[from];
            if (from >= 0 && from == run.Spawner[task])
            {
                (enabler, came) = (Enabler.Spawning, Math.Min(came, run.Ready[task]));
            }

            int busy = previous[task];
            if (busy >= 0 && run.End[busy] <= run.Start[task] && (from < 0 || run.End[busy] > came))
            {
                (from, enabler, came) = (busy, Enabler.Lane, run.End[busy]);
            }

            long start = Math.Min(run.Start[task], until);
            long enabled = Math.Min(came, start);
            steps.Add(new PathStep(task, enabler, start - enabled, until - start));
            if (from < 0)
            {
                break;
            }

            (task, until) = (from, enabled);
        }

        steps.Reverse();
        return [.. steps];
    }
}
