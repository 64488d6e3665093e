using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Explaining;

/// <summary>
/// A run as it was executed, in flat arrays: each attempt of each task, who waited for whom, and where it ran. A task that was tried
/// again stands here as several, each of which waited for the one before. Instants are nanoseconds from the start of the run.
/// </summary>
public sealed class ExecutedRun
{
    private ExecutedRun(GraphShape shape, long began, long[] ready, long[] start, long[] end, long[] transfer, int[] lane, string[] lanes)
    {
        (Shape, Began, Ready, Start, End, Transfer, Lane, Lanes) = (shape, began, ready, start, end, transfer, lane, lanes);
        Makespan = end.Length == 0 ? 0 : end.Max();
    }

    /// <summary>Names and everything else of each; empty for runs made from bare arrays.</summary>
    public IReadOnlyList<JournalEntry> Entries { get; private init; } = [];

    public GraphShape Shape { get; }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public long Began { get; }

    public long[] Ready { get; }

    public long[] Start { get; }

    public long[] End { get; }

    /// <summary>Part of ready to start for which inputs travelled.</summary>
    public long[] Transfer { get; }

    /// <summary>Index into <see cref="Lanes"/>.</summary>
    public int[] Lane { get; }

    /// <summary><c>worker/lane</c>.</summary>
    public string[] Lanes { get; }

    /// <summary>From 0 to the last end.</summary>
    public long Makespan { get; }

    public int Tasks => Ready.Length;

    public string NameOf(int task) => task >= Entries.Count ? $"#{task}" : Entries[task].Attempt > 1 ? $"{Entries[task].Task} (attempt {Entries[task].Attempt})" : Entries[task].Task;

    public string KindOf(int task) => task < Entries.Count ? Entries[task].Kind : "task";

    /// <param name="entries">Of one run, in any order.</param>
    /// <exception cref="FormatException">The entries do not make a graph, or there are none.</exception>
    public static ExecutedRun Of(IEnumerable<JournalEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        JournalEntry[] all = [.. entries.OrderBy(entry => entry.Number).ThenBy(entry => entry.Attempt).ThenBy(entry => entry.Start)];
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

        GraphShape shape;
        try
        {
            // A dependency whose own record was lost cannot be shown.
            shape = GraphShape.Of([.. all.Select((entry, at) => at > 0 && all[at - 1].Number == entry.Number
                ? [at - 1]
                : entry.After.Where(place.ContainsKey).Select(number => place[number]).Distinct().ToArray())]);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"The records of run {all[0].Run} make no graph: {error.Message}", error);
        }

        long began = all.Min(entry => Math.Min(entry.Ready, entry.Start));
        string[] lanes = [.. all.Select(LaneName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new ExecutedRun(
            shape, began, [.. all.Select(entry => entry.Ready - began)], [.. all.Select(entry => entry.Start - began)],
            [.. all.Select(entry => entry.End - began)], [.. all.Select(entry => entry.Transfer)],
            [.. all.Select(entry => Array.BinarySearch(lanes, LaneName(entry), StringComparer.Ordinal))], lanes)
        { Entries = all };
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

    private static string LaneName(JournalEntry entry) => entry.Lane < 0 ? entry.Worker : $"{entry.Worker}/{entry.Lane}";
}
