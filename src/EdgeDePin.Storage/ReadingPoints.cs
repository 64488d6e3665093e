using System.Runtime.InteropServices;
using EdgeDePin.Model;

namespace EdgeDePin.Storage;

/// <summary>
/// How readings lie in InfluxDB: measurement and field are the quantity's, the tags are <c>site</c>, <c>node</c> and
/// <c>sensor</c>. What one sensor observed at one instant is one point, so one sample costs one row. Where a value is not good, the
/// field <see cref="Quality"/> says so: <c>temperature=suspect(step) humidity=bad(range)</c>.
/// </summary>
public static class ReadingPoints
{
    /// <summary>The text field about values that are not good.</summary>
    public const string Quality = "quality";

    /// <summary>Points in the order in which their first reading stands; of two readings of one field the last counts.</summary>
    /// <param name="site">Where the node stands; the operator's name for it.</param>
    /// <param name="node">The node's id or name.</param>
    public static IReadOnlyList<Point> From(IEnumerable<Reading> readings, string site, string node)
    {
        var order = new List<(SensorId Sensor, string Measurement, long Instant)>();
        var observed = new Dictionary<(SensorId Sensor, string Measurement, long Instant), List<Reading>>();
        foreach (Reading reading in readings)
        {
            var key = (reading.Sensor, reading.Quantity.Measurement, Point.InstantOf(reading.ObservedAt));
            ref List<Reading>? ofPoint = ref CollectionsMarshal.GetValueRefOrAddDefault(observed, key, out bool exists);
            if (!exists)
            {
                ofPoint = [];
                order.Add(key);
            }

            ofPoint!.RemoveAll(other => other.Quantity.Field == reading.Quantity.Field);
            ofPoint.Add(reading);
        }

        return order.ConvertAll(key => new Point(
            key.Measurement,
            [new("site", site), new("node", node), new("sensor", key.Sensor.Value)],
            [.. Fields(observed[key])],
            key.Instant));
    }

    private static IEnumerable<Field> Fields(List<Reading> readings)
    {
        foreach (Reading reading in readings)
        {
            yield return new Field(reading.Quantity.Field, reading.Value);
        }

        if (readings.Exists(reading => !reading.Quality.IsGood))
        {
            yield return new Field(Quality, FieldValue.String(string.Join(
                ' ', readings.Where(reading => !reading.Quality.IsGood).Select(reading => $"{reading.Quantity.Field}={reading.Quality}"))));
        }
    }
}
