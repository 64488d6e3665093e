using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>Values of one sensor and quantity at equal steps, oldest first; null where there is none.</summary>
public sealed record SensorSeries(SensorId Sensor, Quantity Quantity, ImmutableArray<double?> Values)
{
    internal static void Write(CborWriter writer, SensorSeries series)
    {
        writer.WriteStartArray(3);
        writer.WriteTextString(series.Sensor.Value);
        writer.WriteTextString(series.Quantity.Name);
        writer.WriteList(series.Values, static (writer, value) => writer.WriteOptional(value));
        writer.WriteEndArray();
    }

    internal static SensorSeries Read(CborReader reader)
    {
        reader.ReadStartArray();
        var series = new SensorSeries(
            reader.ReadSensor(), reader.ReadQuantity(), [.. reader.ReadList(static reader => reader.ReadOptional())]);
        reader.ReadEndArray();
        return series;
    }
}
