using EdgeDePin.Model;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How a SenML record that is no reading lies in the quarantine: as the point that it would have been.</summary>
internal static class RefusedReadings
{
    /// <summary>The measurement of a quantity that nobody knows; its name is the field.</summary>
    public const string Unknown = "unknown";

    /// <summary>Null where there is not enough of it for a point.</summary>
    public static Point? Point(RefusedRecord record, NodeOptions node) =>
        record is { Sensor: { } sensor, Value: { } value, ObservedAt: { } observedAt, Name.Length: > 0 and <= 64 }
            ? new Point(
                record.Quantity?.Measurement ?? Unknown,
                [new("site", node.Site), new("node", node.Name), new("sensor", sensor.Value)],
                [new Field(record.Quantity?.Field ?? record.Name, value)],
                Storage.Point.InstantOf(observedAt))
            : null;
}
