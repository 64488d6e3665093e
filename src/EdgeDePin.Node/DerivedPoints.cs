using EdgeDePin.Analytics;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How a computed value lies in the store: measurement <c>derived</c>, with the run and task whose record tells how it came about.</summary>
public static class DerivedPoints
{
    public const string Measurement = "derived";

    /// <param name="runId">The run that computed it, as in the execution records.</param>
    public static Point From(DerivedValue value, string runId, NodeOptions node) => new(
        Measurement,
        [
            new("site", node.Site), new("node", node.Name), new("sensor", value.Sensor.Value), new("name", value.Name),
            new("unit", value.Unit),
        ],
        [new("value", value.Value), new("run", FieldValue.String(runId)), new("task", FieldValue.String(value.Task))],
        Point.InstantOf(value.At));
}
