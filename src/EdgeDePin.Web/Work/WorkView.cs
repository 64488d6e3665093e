using EdgeDePin.Web.Neighbours;
using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Work;

/// <summary>What ran lately, where, and for whom.</summary>
/// <param name="Until">Start of the newest execution; null while nothing has run.</param>
/// <param name="Newest">Newest first.</param>
public sealed record WorkView(
    DateTimeOffset? Until, Gantt Gantt, IReadOnlyList<StoredExecution> Newest, IReadOnlyDictionary<string, string> Names, string Query)
{
    public const int RowsOfTable = 30;

    /// <summary>What a timeline can show and a phone can draw.</summary>
    private const int MostBars = 240;
    private const int RowsPerSeries = 60;

    internal static WorkView Read(StoreReader store)
    {
        Select select = new(store.Source, "execution", StoredExecution.Fields) { By = StoredExecution.Tags, Newest = RowsPerSeries };
        IReadOnlyList<Series> answer = store.Ask(select);

        // A series that filled its limit reaches back only so far; older bars of others would pretend that it was idle.
        DateTimeOffset horizon = answer.Where(series => series.Rows.Count >= RowsPerSeries)
            .Select(series => Series.Instant(series.Rows[^1])).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        List<StoredExecution> newest = [.. answer
            .SelectMany(series => series.Rows.Select(row => StoredExecution.Of(series, row)))
            .Where(execution => execution.Start >= horizon)
            .OrderByDescending(execution => execution.Start).Take(MostBars)];
        Dictionary<string, string> names = store.Remember("names", TimeSpan.FromSeconds(30), () => Neighbour.Names(store));
        WorkView view = new(
            newest.Count == 0 ? null : newest[0].Start, new Gantt([], [], default, default),
            [.. newest.Take(RowsOfTable)], names, select.ToString());
        return view with { Gantt = Gantt.Of(newest, store.Source.Node, view.NameOf) };
    }

    public string NameOf(string node) => Names.TryGetValue(node, out string? name) ? name
        : node.Length == 26 ? node[..8] : node;
}
