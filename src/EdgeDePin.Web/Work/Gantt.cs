namespace EdgeDePin.Web.Work;

/// <summary>One bar of the timeline.</summary>
/// <param name="Row">Index into <see cref="Gantt.Rows"/>.</param>
public sealed record GanttBar(int Row, Ownership Ownership, StoredExecution Execution);

/// <summary>Executions laid out by place and time.</summary>
/// <param name="Rows">A label for each row: the lanes of this node first, then each neighbour's.</param>
/// <param name="Bars">Oldest first.</param>
/// <param name="FocusFrom">Where the newest run begins; what the timeline shows before anybody zooms.</param>
public sealed record Gantt(
    IReadOnlyList<string> Rows, IReadOnlyList<GanttBar> Bars, DateTimeOffset FocusFrom, DateTimeOffset FocusUntil)
{
    /// <summary>A focus on fewer bars would show nothing of how work is laid out.</summary>
    private const int FewestInFocus = 12;

    /// <summary>Work that was shared is worth looking at for this long.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(2);

    /// <param name="node">This node.</param>
    /// <param name="nameOf">What people call a node.</param>
    public static Gantt Of(IReadOnlyList<StoredExecution> executions, string node, Func<string, string> nameOf)
    {
        List<StoredExecution> ordered = [.. executions.OrderBy(execution => execution.Start)];
        if (ordered.Count == 0)
        {
            return new Gantt([], [], default, default);
        }

        List<(string Worker, int Lane)> rows = [.. ordered.Select(execution => Place(execution, node)).Distinct()
            .OrderBy(place => place.Worker != node)
            .ThenBy(place => nameOf(place.Worker), StringComparer.Ordinal).ThenBy(place => place.Lane)];
        List<GanttBar> bars = [.. ordered.Select(execution => new GanttBar(
            rows.IndexOf(Place(execution, node)), execution.OwnershipFor(node), execution))];
        List<StoredExecution> focus = Focus(ordered);
        return new Gantt(
            [.. rows.Select(place => Label(place.Worker, place.Lane))], bars,
            focus.Min(execution => execution.Start), focus.Max(execution => execution.End));

        // A neighbour's lanes are its own affair: records of borrowed work say -1.
        string Label(string worker, int lane) => lane < 0 ? nameOf(worker) : $"{nameOf(worker)} · lane {lane}";
    }

    public int Count(Ownership ownership) => Bars.Count(bar => bar.Ownership == ownership);

    private static (string Worker, int Lane) Place(StoredExecution execution, string node) =>
        (execution.Worker.Length == 0 ? node : execution.Worker, execution.Lane);

    // The newest run that neighbours had a part in, if it is among the last few; else the newest run.
    private static List<StoredExecution> Focus(List<StoredExecution> ordered)
    {
        DateTimeOffset recent = ordered[^1].Start - Recent;
        string? run = ordered.FindLast(execution => execution.Run is not null && execution.Requester is null
                && execution.Lane < 0 && execution.Start >= recent)?.Run ?? ordered[^1].Run;
        List<StoredExecution> newest = run is null ? [] : ordered.FindAll(execution => execution.Run == run);
        return newest.Count >= FewestInFocus ? newest : ordered[^Math.Min(FewestInFocus, ordered.Count)..];
    }
}
