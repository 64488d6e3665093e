using EdgeDePin.Model;
using EdgeDePin.Web.Query;
using EdgeDePin.Web.Text;

namespace EdgeDePin.Web.Now;

/// <summary>What the first page shows: the newest value of everything, what is wrong, and the node's own counters.</summary>
/// <param name="Until">The newest instant of any reading or derived value; null while the store is empty.</param>
public sealed record NowView(
    DateTimeOffset? Until, Tile? Aqi, IReadOnlyList<Tile> Tiles, IReadOnlyList<FaultLine> Open, int Recovered,
    HealthLine? Health, IReadOnlyList<UnusualLine> Unusual)
{
    public const string DerivedGroup = "Derived on this node";

    // Two of three rows may lack a field when a sensor measures its quantities at different instants.
    private const int RowsPerSensor = 4;

    internal static NowView Read(StoreReader store)
    {
        List<(string Id, string Group, Shown Shown, Latest Latest)> found = [];
        foreach (Family family in Family.All)
        {
            Select select = new(store.Source, family.Measurement, family.Fields) { By = ["sensor"], Newest = RowsPerSensor };
            IReadOnlyList<Series> answer = store.Ask(select);
            foreach (Quantity quantity in family.Quantities)
            {
                Shown shown = Shown.For(quantity.Field, quantity.Unit);
                found.AddRange(answer.Select(series => Latest.Of(series, quantity.Field)).OfType<Latest>()
                    .Select(latest => (quantity.Field, family.Title, shown, latest)));
            }
        }

        Select derived = new(store.Source, "derived", "value", "task") { Names = Headlines.Names, By = ["sensor", "name", "unit"], Newest = 2 };
        found.AddRange(store.Ask(derived).Select(series => Latest.Of(series, "value")).OfType<Latest>()
            .Select(latest => (Id: latest.Series.Tag("name"), latest))
            .OrderBy(value => value.Id, StringComparer.Ordinal)
            .Select(value => (value.Id, DerivedGroup, Shown.For(value.Id, value.latest.Series.Tag("unit")), value.latest)));

        IReadOnlyList<FaultLine> faults = FaultLine.Read(store);
        Dictionary<string, DateTimeOffset> measured = found.Where(value => value.Group != DerivedGroup)
            .GroupBy(value => value.Latest.Sensor, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Max(value => value.Latest.At), StringComparer.Ordinal);
        List<FaultLine> open = [.. faults.Where(fault => fault.IsOpen(measured))];
        HashSet<string> faulted = open.Select(fault => fault.Sensor).ToHashSet(StringComparer.Ordinal);
        DateTimeOffset? until = found.Count == 0 ? null : found.Max(value => value.Latest.At);

        List<Tile> tiles = [.. found.GroupBy(value => (value.Group, value.Id)).Select(group =>
        {
            List<(string Id, string Group, Shown Shown, Latest Latest)> sensors =
                [.. group.OrderByDescending(value => value.Latest.At).ThenBy(value => value.Latest.Sensor, StringComparer.Ordinal)];
            (string id, string title, Shown shown, Latest first) = sensors[0];
            return new Tile(
                id, title, shown, first.Sensor, first.Value, first.At, first.Judge(until!.Value, faulted),
                [.. sensors.Skip(1).Select(other => (other.Latest.Sensor, other.Latest.Value))],
                TrendReader.Read(store, first.Series.Name, title == DerivedGroup ? "value" : id, first, until.Value),
                first.By);
        })];
        Tile? aqi = tiles.Find(tile => tile.Id == Headlines.Aqi) ?? tiles.Find(tile => tile.Id == Headlines.AqiOfWindow);
        return new NowView(
            until, aqi, [.. tiles.Where(tile => tile.Id is not (Headlines.Aqi or Headlines.AqiOfWindow))], open, faults.Count - open.Count, HealthLine.Read(store),
            UnusualLine.Read(store, until));
    }
}
