using System.Collections.Immutable;

namespace EdgeDePin.Execution;

/// <summary>
/// Tasks and their dependencies, checked when built: names are unique, every dependency exists, nothing is circular, and
/// <see cref="Tasks"/> is in an order that works.
/// </summary>
public sealed class TaskGraph
{
    /// <summary>Tasks that an error names.</summary>
    private const int MostNamed = 16;

    private readonly Arrows _dependencies;
    private readonly Arrows _successors;

    private TaskGraph(string name, ImmutableArray<TaskSpec> tasks, Arrows dependencies, Arrows successors) =>
        (Name, Tasks, _dependencies, _successors) = (name, tasks, dependencies, successors);

    /// <summary>What this graph is for, e.g. <c>window</c>; it stands in every execution record.</summary>
    public string Name { get; }

    /// <summary>Every task stands behind all its dependencies; otherwise in the order given.</summary>
    public ImmutableArray<TaskSpec> Tasks { get; }

    /// <exception cref="ArgumentException">Duplicate names, or missing or circular dependencies; the message names the tasks.</exception>
    public static TaskGraph Build(IEnumerable<TaskSpec> tasks, string name = "graph")
    {
        ArgumentNullException.ThrowIfNull(tasks);
        TaskSpec[] given = [.. tasks];
        RefuseDuplicates(given);
        Array.ForEach(given, task => task.Rules?.Validate($"Task '{task.Name}': "));
        ImmutableArray<TaskSpec> ordered = Order(given);
        var index = new Dictionary<string, int>(ordered.Length, StringComparer.Ordinal);
        for (int task = 0; task < ordered.Length; task++)
        {
            index.Add(ordered[task].Name, task);
        }

        Arrows dependencies = Arrows.Of([.. ordered.Select(task => task.After.Select(other => index[other]).ToArray())]);
        return new TaskGraph(name, ordered, dependencies, dependencies.Reversed());
    }

    /// <summary>Indices into <see cref="Tasks"/> of what the task depends on, in the order it named them.</summary>
    internal ReadOnlySpan<int> DependenciesOf(int task) => _dependencies.From(task);

    /// <summary>Indices into <see cref="Tasks"/> of what waits for the task, ascending.</summary>
    internal ReadOnlySpan<int> SuccessorsOf(int task) => _successors.From(task);

    private static void RefuseDuplicates(TaskSpec[] tasks)
    {
        string[] duplicates =
            [.. tasks.GroupBy(task => task.Name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key)];
        if (duplicates.Length > 0)
        {
            throw new ArgumentException($"Duplicate task names: {string.Join(", ", duplicates)}.");
        }

        string[] repeated = [.. tasks.Where(task => task.After.Distinct(StringComparer.Ordinal).Count() < task.After.Count).Select(task => task.Name)];
        if (repeated.Length > 0)
        {
            throw new ArgumentException($"Tasks that name a dependency twice: {string.Join(", ", repeated)}.");
        }
    }

    // Kahn's algorithm; the heap of given positions keeps the given order wherever the dependencies leave a choice.
    private static ImmutableArray<TaskSpec> Order(TaskSpec[] given)
    {
        var position = new Dictionary<string, int>(given.Length, StringComparer.Ordinal);
        for (int task = 0; task < given.Length; task++)
        {
            position.Add(given[task].Name, task);
        }

        int[] missing = [.. given.Select(task => task.After.Count)];
        var known = new List<int>[given.Length];
        for (int task = 0; task < given.Length; task++)
        {
            foreach (string other in given[task].After)
            {
                if (position.TryGetValue(other, out int from))
                {
                    (known[from] ??= []).Add(task);
                }
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, given.Length).Where(task => missing[task] == 0).Select(task => (task, task)));
        ImmutableArray<TaskSpec>.Builder ordered = ImmutableArray.CreateBuilder<TaskSpec>(given.Length);
        while (ready.TryDequeue(out int task, out _))
        {
            ordered.Add(given[task]);
            foreach (int successor in known[task] ?? [])
            {
                if (--missing[successor] == 0)
                {
                    ready.Enqueue(successor, successor);
                }
            }
        }

        return ordered.Count == given.Length
            ? ordered.MoveToImmutable()
            : throw new ArgumentException($"Missing or circular dependency among: {Obstacle(given, position, missing)}.");
    }

    // Who waits for somebody that is not there; else the tasks of one circle, not all that wait for it.
    private static string Obstacle(TaskSpec[] given, Dictionary<string, int> position, int[] missing)
    {
        string[] absent = [.. given.SelectMany(task => task.After.Where(other => !position.ContainsKey(other)).Select(other => $"{task.Name} (there is no '{other}')"))];
        if (absent.Length > 0)
        {
            return Few(absent);
        }

        var path = new List<int>();
        var seen = new HashSet<int>();
        int at = Array.FindIndex(missing, left => left > 0);
        while (seen.Add(at))
        {
            path.Add(at);
            at = given[at].After.Select(other => position[other]).First(other => missing[other] > 0);
        }

        return Few([.. path[path.IndexOf(at)..].Order().Select(task => given[task].Name)]);
    }

    private static string Few(string[] names) => string.Join(", ", names.Take(MostNamed)) + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "");

    /// <summary>Arrows from each task to others as two flat arrays (compressed sparse rows): no object per task.</summary>
    private readonly record struct Arrows(int[] Start, int[] Targets)
    {
        public ReadOnlySpan<int> From(int task) => Targets.AsSpan(Start[task]..Start[task + 1]);

        public static Arrows Of(int[][] rows)
        {
            int[] start = new int[rows.Length + 1];
            for (int row = 0; row < rows.Length; row++)
            {
                start[row + 1] = start[row] + rows[row].Length;
            }

            return new Arrows(start, [.. rows.SelectMany(row => row)]);
        }

        public Arrows Reversed()
        {
            int[] start = new int[Start.Length];
            foreach (int target in Targets)
            {
                start[target + 1]++;
            }

            for (int task = 1; task < start.Length; task++)
            {
                start[task] += start[task - 1];
            }

            int[] next = [.. start];
            int[] targets = new int[Targets.Length];
            for (int task = 0; task < Start.Length - 1; task++)
            {
                foreach (int target in From(task))
                {
                    targets[next[target]++] = task;
                }
            }

            return new Arrows(start, targets);
        }
    }
}
