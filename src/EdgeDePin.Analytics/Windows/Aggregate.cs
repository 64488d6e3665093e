using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What one sensor said about one quantity in one window.</summary>
/// <param name="From">Begin of the window.</param>
/// <param name="Count">Readings; at least 1.</param>
/// <param name="Last">The value of the newest reading, observed at <paramref name="LastAt"/>.</param>
public sealed record Aggregate(
    SensorId Sensor, Quantity Quantity, DateTimeOffset From, int Count, double Mean, double Min, double Max, double Last, DateTimeOffset LastAt)
{
    /// <summary>One aggregate per sensor that observed the quantity, in the order of the sensors.</summary>
    public static IReadOnlyList<Aggregate> Of(Window window, Quantity quantity)
    {
        ArgumentNullException.ThrowIfNull(window);
        return [.. window.Readings.Where(reading => reading.Quantity == quantity).GroupBy(reading => reading.Sensor).Select(series => new Aggregate(
            series.Key,
            quantity,
            window.From,
            series.Count(),
            series.Average(reading => reading.Value),
            series.Min(reading => reading.Value),
            series.Max(reading => reading.Value),
            series.Last().Value,
            series.Last().ObservedAt))];
    }

    public static byte[] Encode(IReadOnlyList<Aggregate> aggregates) =>
        CanonicalCbor.Encode(writer => writer.WriteList(aggregates, Write));

    /// <exception cref="FormatException">Not aggregates.</exception>
    public static IReadOnlyList<Aggregate> Decode(byte[] bytes) =>
        CanonicalCbor.Decode(bytes, "aggregates", reader => reader.ReadList(Read));

    private static void Write(CborWriter writer, Aggregate aggregate)
    {
        writer.WriteStartArray(9);
        writer.WriteTextString(aggregate.Sensor.Value);
        writer.WriteTextString(aggregate.Quantity.Name);
        writer.WriteInstant(aggregate.From);
        writer.WriteInt32(aggregate.Count);
        writer.WriteDouble(aggregate.Mean);
        writer.WriteDouble(aggregate.Min);
        writer.WriteDouble(aggregate.Max);
        writer.WriteDouble(aggregate.Last);
        writer.WriteInstant(aggregate.LastAt);
        writer.WriteEndArray();
    }

    private static Aggregate Read(CborReader reader)
    {
        reader.ReadStartArray();
        var aggregate = new Aggregate(
            reader.ReadSensor(), reader.ReadQuantity(), reader.ReadInstant(), reader.ReadInt32(),
            reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadInstant());
        reader.ReadEndArray();
        return aggregate;
    }
}
