using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Neighbours;

/// <summary>The last thing this node knows of a neighbour.</summary>
/// <param name="Id">The neighbour's node id.</param>
/// <param name="State">A word of the sharing protocol: present, silent, gone, excluded …</param>
/// <param name="FreeSlots">Free lanes in its newest offer.</param>
/// <param name="Lent">Tasks of theirs that ran here.</param>
/// <param name="Borrowed">Tasks of ours that ran there.</param>
/// <param name="Verified">Results of theirs that were checked and accepted.</param>
/// <param name="Rejected">Results of theirs that were refused.</param>
/// <param name="Lost">Leases that ended without a receipt.</param>
/// <param name="Paid">Credits that this node owes it, in all.</param>
/// <param name="Earned">Credits that it owes this node, in all.</param>
/// <param name="Provisional">Results of theirs that were taken on trust and are not final.</param>
/// <param name="WhyNot">Why the last task that looked for a place did not go there.</param>
public sealed record Neighbour(
    string Id, string Name, string State, double? FreeSlots, double? Lent, double? Borrowed, double? Verified,
    double? Rejected, double? Lost, double? Paid, double? Earned, double? Provisional, string? WhyNot, DateTimeOffset At)
{
    private static readonly string[] Fields =
        ["name", "state", "free_slots", "lent", "borrowed", "verified", "rejected", "lost",
            "paid", "earned", "provisional", "why_not"];

    internal static IReadOnlyList<Neighbour> Read(StoreReader store) =>
    [
        .. store.Ask(Select(store)).Where(series => series.Rows.Count > 0).Select(series =>
        {
            object?[] row = series.Rows[0];
            string id = series.Tag("neighbour");
            return new Neighbour(
                id, series.Text(row, "name") ?? Short(id), series.Text(row, "state") ?? "unknown",
                series.Number(row, "free_slots"), series.Number(row, "lent"), series.Number(row, "borrowed"),
                series.Number(row, "verified"), series.Number(row, "rejected"), series.Number(row, "lost"),
                series.Number(row, "paid"), series.Number(row, "earned"), series.Number(row, "provisional"), series.Text(row, "why_not"),
                Series.Instant(row));
        }).OrderBy(neighbour => neighbour.Name, StringComparer.Ordinal).ThenBy(neighbour => neighbour.Id, StringComparer.Ordinal),
    ];

    /// <summary>What people call this node and its neighbours, by node id.</summary>
    internal static Dictionary<string, string> Names(StoreReader store)
    {
        Dictionary<string, string> names = Read(store)
            .ToDictionary(neighbour => neighbour.Id, neighbour => neighbour.Name, StringComparer.Ordinal);
        names[store.Source.Node] = store.Source.Name;
        return names;
    }

    internal static Select Select(StoreReader store) =>
        new(store.Source, "neighbour", Fields) { By = ["neighbour"], Newest = 1 };

    private static string Short(string id) => id.Length > 8 ? id[..8] : id;
}
