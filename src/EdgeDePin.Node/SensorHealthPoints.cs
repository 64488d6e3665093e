using EdgeDePin.Analytics.Faults;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How well a sensor is, as it lies in the store: measurement <c>sensor_health</c>, one point for each hour that is written again while it lasts.</summary>
public static class SensorHealthPoints
{
    public const string Measurement = "sensor_health";

    /// <param name="task">The task of the run that judged it.</param>
    public static Point From(SensorHealth health, string runId, string task, NodeOptions node) => new(
        Measurement,
        [new("site", node.Site), new("node", node.Name), new("sensor", health.Sensor.Value), new("quantity", health.Quantity.Name)],
        [
            new("fault_score", health.Score.Score), new("reason", FieldValue.String(ReasonOf(health.Score.Reason))), new("detail", FieldValue.String(health.Score.Detail)),
            new("run", FieldValue.String(runId)), new("task", FieldValue.String(task)),
        ],
        Point.InstantOf(health.Score.From));

    private static string ReasonOf(FaultReason? reason) => reason switch
    {
        null => "",
        FaultReason.FlatLine => "flat line",
        { } other => other.ToString().ToLowerInvariant(),
    };
}
