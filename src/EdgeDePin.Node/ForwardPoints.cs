using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Node;

/// <summary>How replication lies in the store: measurement <c>forward</c>, the state of each destination now and then.</summary>
public static class ForwardPoints
{
    public const string Measurement = "forward";

    public static Point From(InfluxDestination destination, ForwarderStatus status, NodeOptions node, DateTimeOffset instant) => new(
        Measurement,
        [new("site", node.Site), new("node", node.Name), new("destination", destination.Title)],
        [
            new("state", FieldValue.String(status.State.ToString().ToLowerInvariant())),
            new("server", FieldValue.String(status.Server?.ToString() ?? "")),
            new("lag", status.LagPoints),
            new("live_lag", status.LiveLagPoints),
            new("backlog", status.BacklogPoints),
            new("forwarded", status.Forwarded),
            new("quarantined", status.Quarantined),
            new("error", FieldValue.String(status.LastError ?? "")),
        ],
        Point.InstantOf(instant));
}
