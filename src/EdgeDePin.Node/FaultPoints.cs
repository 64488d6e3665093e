using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How a sensor's fault lies in the store: measurement <c>fault</c>.</summary>
public static class FaultPoints
{
    public const string Measurement = "fault";

    public static Point From(SensorFaultEvent fault, NodeOptions node) => new(
        Measurement,
        [
            new("site", node.Site), new("node", node.Name), new("sensor", fault.Sensor.Value),
            new("kind", fault.Fault.Kind.ToString()),
        ],
        [new("detail", FieldValue.String(fault.Fault.Detail)), new("remedy", FieldValue.String(fault.Fault.Remedy)), new("count", 1L)],
        Point.InstantOf(fault.ObservedAt));
}
