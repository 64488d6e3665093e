using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>Counters about ourselves, measurement <c>health</c>: each side of a node writes the fields it knows.</summary>
public static class HealthPoints
{
    public const string Measurement = "health";

    public static Point At(NodeOptions node, DateTimeOffset instant, params IEnumerable<(string Field, long Value)> counters) => new(
        Measurement,
        [new("site", node.Site), new("node", node.Name)],
        counters.Select(counter => new Field(counter.Field, counter.Value)),
        Point.InstantOf(instant));
}
