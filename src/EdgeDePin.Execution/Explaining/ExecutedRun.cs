using System.Globalization;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Explaining;

/// <summary>
/// A run as it was executed, in flat arrays: each attempt of each task, who waited for whom, and where it ran. A task that was tried
/// again stands here as several, each of which waited for the one before. Who waited for a task that added others waited for these, too.
/// Instants are nanoseconds from the start of the run.
/// </summary>
public sealed class ExecutedRun
{
    private ExecutedRun(GraphShape shape, long began, long[] ready, long[] start, long[] end, long[] transfer, int[] lane, string[] lanes)
    {
        (Shape, Began, Ready, Start, End, Transfer, Lane, Lanes) = (shape, began, ready, start, end, transfer, lane, lanes);
        Makespan = end.Length == 0 ? 0 : end.Max();
        Spawner = new int[ready.Length];
        Array.Fill(Spawner, -1);
    }

    /// <summary>Names and everything else of each; empty for runs made from bare arrays.</summary>
    public IReadOnlyList<JournalEntry> Entries { get; private init; } = [];

    /// <summary>Records of results that were taken on trust and turned out wrong: what depended on them was computed with wrong inputs.</summary>
    public IReadOnlyList<JournalEntry> TakenBack { get; private init; } = [];

    public GraphShape Shape { get; }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public long Began { get; }

    public long[] Ready { get; }

    public long[] Start { get; }

    public long[] End { get; }

    /// <summary>Part of ready to start for which inputs travelled.</summary>
    public long[] Transfer { get; }

    /// <summary>The task that added each to the running graph; -1: none. It waited for its beginning, not for its end.</summary>
    public int[] Spawner { get; }

    /// <summary>Index into <see cref="Lanes"/>.</summary>
    public int[] Lane { get; }

    /// <summary><c>worker/lane</c>, those that ran nothing included where the records tell of them.</summary>
    public string[] Lanes { get; }

    /// <summary>From 0 to the last end.</summary>
    public long Makespan { get; }

    public int Tasks => Ready.Length;

    public string NameOf(int task) => task >= Entries.Count ? $"#{task}" : Entries[task].Attempt > 1 ? $"{Entries[task].Task} (attempt {Entries[task].Attempt})" : Entries[task].Task;

    public string KindOf(int task) => task < Entries.Count ? Entries[task].Kind : "task";

    /// <summary>Where the task was placed, until when it was expected to be finished there and at the next best place; null: there was no choice.</summary>
    public string? WhyThere(int task) =>
        task >= Entries.Count || Entries[task] is not { RunnerUp: string runnerUp } entry ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"{entry.Worker} was expected to finish it by {(entry.PredictedFinish - Began) / 1e9:0.######} s, {runnerUp} by {(entry.RunnerUpFinish - Began) / 1e9:0.######} s");

    /// <param name="entries">Of one run, in any order.</param>
    /// <exception cref="FormatException">The entries do not make a graph, or there are none.</exception>
    public static ExecutedRun Of(IEnumerable<JournalEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        JournalEntry[] told = [.. entries];
        // A result that was taken back leaves a second record of the same attempt; it ran once. (Before version 2 of entries that one was called refused.)
        JournalEntry[] all = [.. told.Where(entry => entry.Outcome != ExecutionOutcome.Superseded)
            .OrderBy(entry => entry.Number).ThenBy(entry => entry.Attempt).ThenBy(entry => entry.Start)
            .DistinctBy(entry => (entry.Number, entry.Attempt))];
        if (all.Length == 0)
        {
            throw new FormatException("There are no records of this run.");
        }

        // Where the last attempt of each task stands: that is the one others waited for.
        var place = new Dictionary<int, int>(all.Length);
        for (int at = 0; at < all.Length; at++)
        {
            place[all[at].Number] = at;
        }

        ILookup<int, int> spawned = all.Where(entry => entry.SpawnedBy is not null).Select(entry => entry.Number).Distinct().ToLookup(number => all[place[number]].SpawnedBy ?? -1);
        GraphShape shape;
        try
        {
            // A dependency whose own record was lost cannot be shown.
            shape = GraphShape.Of([.. all.Select((entry, at) => at > 0 && all[at - 1].Number == entry.Number
                ? [at - 1]
                : Before(entry, place, spawned))]);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"The records of run {all[0].Run} make no graph: {error.Message}", error);
        }

        long began = all.Min(entry => Math.Min(entry.Ready, entry.Start));
        string[] lanes = [.. all.Select(LaneName).Concat(LanesOf(all)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var run = new ExecutedRun(
            shape, began, [.. all.Select(entry => entry.Ready - began)], [.. all.Select(entry => entry.Start - began)],
            [.. all.Select(entry => entry.End - began)], [.. all.Select(entry => entry.Transfer)],
            [.. all.Select(entry => Array.BinarySearch(lanes, LaneName(entry), StringComparer.Ordinal))], lanes)
        { Entries = all, TakenBack = [.. told.Where(entry => entry.Outcome == ExecutionOutcome.Superseded)] };
        for (int at = 0; at < all.Length; at++)
        {
            bool first = at == 0 || all[at - 1].Number != all[at].Number;
            run.Spawner[at] = first && all[at].SpawnedBy is int spawner && place.TryGetValue(spawner, out int by) ? by : -1;
        }

        return run;
    }

    /// <param name="lane">From 0, without gaps.</param>
    public static ExecutedRun Of(GraphShape shape, long[] ready, long[] start, long[] end, int[] lane)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(ready);
        ArgumentNullException.ThrowIfNull(lane);
        int lanes = lane.Length == 0 ? 0 : lane.Max() + 1;
        return new ExecutedRun(shape, 0, ready, start, end, new long[ready.Length], lane, [.. Enumerable.Range(0, lanes).Select(number => $"here/{number}")]);
    }

    /// <summary>Tasks of each lane by start.</summary>
    internal int[][] ByLane()
    {
        int[] count = new int[Lanes.Length];
        foreach (int lane in Lane)
        {
            count[lane]++;
        }

        int[][] tasks = [.. count.Select(of => new int[of])];
        Array.Clear(count);
        for (int task = 0; task < Lane.Length; task++)
        {
            tasks[Lane[task]][count[Lane[task]]++] = task;
        }

        foreach (int[] lane in tasks)
        {
            long[] starts = [.. lane.Select(task => Start[task])];
            Array.Sort(starts, lane);
        }

        return tasks;
    }

    // Also the lanes of the recording node on which nothing ran: they could have.
    private static IEnumerable<string> LanesOf(JournalEntry[] all) => all
        .Where(entry => entry.Lane >= 0).Select(entry => (entry.Worker, entry.Lanes)).Distinct()
        .SelectMany(node => Enumerable.Range(0, node.Lanes).Select(lane => $"{node.Worker}/{lane}"));

    // With a task come all that it has added, and all that these have.
    private static int[] Before(JournalEntry entry, Dictionary<int, int> place, ILookup<int, int> spawned)
    {
        var before = new List<int>();
        if (entry.SpawnedBy is int spawner && place.TryGetValue(spawner, out int by))
        {
            before.Add(by);
        }

        var open = new Stack<int>(entry.After);
        while (open.TryPop(out int number))
        {
            foreach (int child in spawned[number])
            {
                open.Push(child);
            }

            if (place.TryGetValue(number, out int at))
            {
                before.Add(at);
            }
        }

        return [.. before.Distinct().Order()];
    }

    private static string LaneName(JournalEntry entry) => entry.Lane < 0 ? entry.Worker : $"{entry.Worker}/{entry.Lane}";
}
