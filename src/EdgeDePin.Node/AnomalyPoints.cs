using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How something unusual lies in the store: measurement <c>anomaly</c>, with its reason and the run whose record tells how it was found.</summary>
public static class AnomalyPoints
{
    public const string Measurement = "anomaly";

    /// <param name="task">The task of the run that found it.</param>
    public static Point From(SensorAnomaly anomaly, string runId, string task, NodeOptions node) => new(
        Measurement,
        [new("site", node.Site), new("node", node.Name), new("sensor", anomaly.Sensor.Value), new("quantity", anomaly.Quantity.Name)],
        [
            new("surprise", anomaly.Surprise), new("value", anomaly.Value), new("expected", anomaly.Expected), new("deviation", anomaly.Deviation),
            new("reason", FieldValue.String(anomaly.Reason)), new("run", FieldValue.String(runId)), new("task", FieldValue.String(task)),
        ],
        Point.InstantOf(anomaly.At));
}
