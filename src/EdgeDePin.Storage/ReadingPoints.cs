using System.Runtime.InteropServices;
using EdgeDePin.Model;

namespace EdgeDePin.Storage;

/// <summary>
/// How readings lie in InfluxDB: measurement and field are the quantity's, the tags are <c>site</c>, <c>node</c> and
/// <c>sensor</c>. What one sensor observed at one instant is one point, so one sample costs one row.
/// </summary>
public static class ReadingPoints
{
    /// <summary>Points in the order in which their first reading stands; of two readings of one field the last counts.</summary>
    /// <param name="site">Where the node stands; the operator's name for it.</param>
    /// <param name="node">The node's id or name.</param>
    public static IReadOnlyList<Point> From(IEnumerable<Reading> readings, string site, string node)
    {
        var order = new List<(SensorId Sensor, string Measurement, long Instant)>();
        var fields = new Dictionary<(SensorId Sensor, string Measurement, long Instant), List<Field>>();
        foreach (Reading reading in readings)
        {
            var key = (reading.Sensor, reading.Quantity.Measurement, Point.InstantOf(reading.ObservedAt));
            ref List<Field>? ofPoint = ref CollectionsMarshal.GetValueRefOrAddDefault(fields, key, out bool exists);
            if (!exists)
            {
                ofPoint = [];
                order.Add(key);
            }

            ofPoint!.RemoveAll(field => field.Key == reading.Quantity.Field);
            ofPoint.Add(new Field(reading.Quantity.Field, reading.Value));
        }

        return order.ConvertAll(key => new Point(
            key.Measurement,
            [new("site", site), new("node", node), new("sensor", key.Sensor.Value)],
            fields[key],
            key.Instant));
    }
}
