using EdgeDePin.Sharing;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How the neighbourhood lies in the store: measurement <c>neighbour</c>, the state of each neighbour now and then.</summary>
public static class NeighbourPoints
{
    public const string Measurement = "neighbour";

    public static Point From(NeighbourView neighbour, NodeOptions node, DateTimeOffset instant) => new(
        Measurement,
        [new("site", node.Site), new("node", node.Name), new("neighbour", neighbour.Id.Value)],
        [
            new("name", FieldValue.String(neighbour.Name)),
            new("state", FieldValue.String(neighbour.State.ToString().ToLowerInvariant())),
            new("free_slots", (long)neighbour.FreeSlots),
            new("lanes", (long)neighbour.Lanes),
            new("relative_speed", neighbour.RelativeSpeed),
            new("lent", neighbour.Counters.Lent),
            new("borrowed", neighbour.Counters.Borrowed),
            new("verified", neighbour.Counters.Verified),
            new("rejected", neighbour.Counters.Rejected),
            new("lost", neighbour.Counters.Lost),
            new("declined", neighbour.Counters.Declined),
            new("checks_passed", (long)neighbour.ChecksPassed),
            new("provisional", (long)neighbour.Waiting),
            new("paid", neighbour.Paid / 1000.0),
            new("earned", neighbour.Earned / 1000.0),
            new("price", neighbour.Price / 1000.0),
            new("why_not", FieldValue.String(neighbour.Excluded ?? "")),
        ],
        Point.InstantOf(instant));
}
