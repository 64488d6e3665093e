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
            [.. rows.Select(place => $"{nameOf(place.Worker)} · {place.Lane}")], bars,
            focus.Min(execution => execution.Start), focus.Max(execution => execution.End));
    }

    public int Count(Ownership ownership) => Bars.Count(bar => bar.Ownership == ownership);

    private static (string Worker, int Lane) Place(StoredExecution execution, string node) =>
        (execution.Worker.Length == 0 ? node : execution.Worker, execution.Lane);

    private static List<StoredExecution> Focus(List<StoredExecution> ordered)
    {
        string? run = ordered[^1].Run;
        List<StoredExecution> newest = run is null ? [] : ordered.FindAll(execution => execution.Run == run);
        return newest.Count >= FewestInFocus ? newest : ordered[^Math.Min(FewestInFocus, ordered.Count)..];
    }
}
