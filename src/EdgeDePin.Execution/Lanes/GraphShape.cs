namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Which task waits for which, as flat arrays (compressed sparse rows) and nothing else: no object and no name per task. Checked
/// when built: every arrow joins two tasks that exist, and nothing is circular.
/// </summary>
public sealed class GraphShape
{
    /// <summary>Tasks of a circle that its error names.</summary>
    private const int MostNamed = 16;

    private readonly int[] _successorStart;
    private readonly int[] _successors;
    private readonly int[] _dependencyStart;
    private readonly int[] _dependencies;
    private readonly int[] _waitsFor;
    private readonly int[] _roots;

    private GraphShape(int[] dependencyStart, int[] dependencies, int[] successorStart, int[] successors)
    {
        (_dependencyStart, _dependencies, _successorStart, _successors) = (dependencyStart, dependencies, successorStart, successors);
        _waitsFor = new int[dependencyStart.Length - 1];
        var roots = new List<int>();
        for (int task = 0; task < _waitsFor.Length; task++)
        {
            _waitsFor[task] = dependencyStart[task + 1] - dependencyStart[task];
            if (_waitsFor[task] == 0)
            {
                roots.Add(task);
            }
        }

        _roots = [.. roots];
    }

    /// <summary>Tasks are numbered from 0 to one less.</summary>
    public int Tasks => _waitsFor.Length;

    public int Arrows => _successors.Length;

    /// <summary>How many tasks each task waits for.</summary>
    public ReadOnlySpan<int> WaitsFor => _waitsFor;

    /// <summary>The tasks that wait for nobody, ascending.</summary>
    public ReadOnlySpan<int> Roots => _roots;

    internal int[] SuccessorStart => _successorStart;

    internal int[] Successors => _successors;

    /// <param name="dependencies">For each task the tasks it waits for, in the order in which it names them.</param>
    /// <exception cref="ArgumentException">A dependency that does not exist, is named twice, or is part of a circle; the message
    /// names the tasks by number.</exception>
    public static GraphShape Of(IReadOnlyList<int[]> dependencies)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        int[] start = new int[dependencies.Count + 1];
        for (int task = 0; task < dependencies.Count; task++)
        {
            start[task + 1] = start[task] + dependencies[task].Length;
        }

        int[] flat = new int[start[^1]];
        for (int task = 0; task < dependencies.Count; task++)
        {
            dependencies[task].CopyTo(flat, start[task]);
        }

        return Of(start, flat);
    }

    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="arrows">Each from a task to one that waits for it.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    public static GraphShape Of(int tasks, IReadOnlyCollection<(int From, int To)> arrows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tasks);
        ArgumentNullException.ThrowIfNull(arrows);
        int[] start = new int[tasks + 1];
        foreach ((int from, int to) in arrows)
        {
            if ((uint)from >= (uint)tasks || (uint)to >= (uint)tasks)
            {
                throw new ArgumentException($"The arrow {from} -> {to} leaves the graph of {tasks} tasks.");
            }

            start[to + 1]++;
        }

        Accumulate(start);
        int[] next = [.. start];
        int[] flat = new int[arrows.Count];
        foreach ((int from, int to) in arrows)
        {
            flat[next[to]++] = from;
        }

        return Of(start, flat);
    }

    /// <summary>Whom the task waits for, in the order it named them.</summary>
    public ReadOnlySpan<int> DependenciesOf(int task) => _dependencies.AsSpan(_dependencyStart[task].._dependencyStart[task + 1]);

    /// <summary>Who waits for the task, ascending.</summary>
    public ReadOnlySpan<int> SuccessorsOf(int task) => _successors.AsSpan(_successorStart[task].._successorStart[task + 1]);

    /// <summary>Every task behind all that it waits for; among those that could come next, the lowest level first.</summary>
    public int[] Order() => Order(_waitsFor, _roots, _successorStart, _successors);

    private static GraphShape Of(int[] start, int[] dependencies)
    {
        int tasks = start.Length - 1;
        int[] successorStart = new int[tasks + 1];
        int[] last = new int[tasks];
        Array.Fill(last, -1);
        for (int task = 0; task < tasks; task++)
        {
            foreach (int from in dependencies.AsSpan(start[task]..start[task + 1]))
            {
                if ((uint)from >= (uint)tasks)
                {
                    throw new ArgumentException($"Task {task} waits for {from}, and the graph has {tasks} tasks.");
                }

                if (last[from] == task)
                {
                    throw new ArgumentException($"Task {task} waits for {from} twice.");
                }

                last[from] = task;
                successorStart[from + 1]++;
            }
        }

        Accumulate(successorStart);
        int[] next = [.. successorStart];
        int[] successors = new int[dependencies.Length];
        for (int task = 0; task < tasks; task++)
        {
            foreach (int from in dependencies.AsSpan(start[task]..start[task + 1]))
            {
                successors[next[from]++] = task;
            }
        }

        var shape = new GraphShape(start, dependencies, successorStart, successors);
        int[] order = shape.Order();
        return order.Length == tasks
            ? shape
            : throw new ArgumentException($"Circular dependency among the tasks {Circle(order, start, dependencies)}.");
    }

    private static void Accumulate(int[] counts)
    {
        for (int i = 1; i < counts.Length; i++)
        {
            counts[i] += counts[i - 1];
        }
    }

    // What has no place in the order waits for a circle or stands in one: back along what it waits for, until a task comes again.
    private static string Circle(int[] order, int[] start, int[] dependencies)
    {
        bool[] reached = new bool[start.Length - 1];
        foreach (int task in order)
        {
            reached[task] = true;
        }

        var path = new List<int>();
        int[] place = new int[reached.Length];
        int at = Array.IndexOf(reached, false);
        while (place[at] == 0)
        {
            path.Add(at);
            place[at] = path.Count;
            at = dependencies[start[at]..start[at + 1]].First(before => !reached[before]);
        }

        int[] circle = [.. path[(place[at] - 1)..].Order()];
        return string.Join(", ", circle.Take(MostNamed)) + (circle.Length > MostNamed ? $" and {circle.Length - MostNamed} more" : "");
    }

    // Kahn's algorithm; the array of the order is its own queue.
    private static int[] Order(int[] waitsFor, int[] roots, int[] successorStart, int[] successors)
    {
        int[] missing = [.. waitsFor];
        int[] order = new int[waitsFor.Length];
        roots.CopyTo(order, 0);
        int known = roots.Length;
        for (int at = 0; at < known; at++)
        {
            int task = order[at];
            for (int i = successorStart[task]; i < successorStart[task + 1]; i++)
            {
                if (--missing[successors[i]] == 0)
                {
                    order[known++] = successors[i];
                }
            }
        }

        return known == order.Length ? order : order[..known];
    }
}
