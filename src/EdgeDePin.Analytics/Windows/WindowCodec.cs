using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>A window as bytes: <c>[from, until, [[sensor, quantity, [instant, value, …]], …]]</c>, one entry per series.</summary>
public static class WindowCodec
{
    public static byte[] Encode(Window window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return CanonicalCbor.Encode(writer => Write(writer, window));
    }

    /// <exception cref="FormatException">Not a window.</exception>
    public static Window Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "a window", Read);

    internal static void Write(CborWriter writer, Window window)
    {
        writer.WriteStartArray(3);
        writer.WriteInstant(window.From);
        writer.WriteInstant(window.Until);
        writer.WriteList(Series(window), static (writer, series) =>
        {
            writer.WriteStartArray(3);
            writer.WriteTextString(series[0].Sensor.Value);
            writer.WriteTextString(series[0].Quantity.Name);
            writer.WriteStartArray(2 * series.Length);
            foreach (Reading reading in series)
            {
                writer.WriteInstant(reading.ObservedAt);
                writer.WriteDouble(reading.Value);
            }

            writer.WriteEndArray();
            writer.WriteEndArray();
        });
        writer.WriteEndArray();
    }

    internal static Window Read(CborReader reader)
    {
        reader.ReadStartArray();
        DateTimeOffset from = reader.ReadInstant();
        DateTimeOffset until = reader.ReadInstant();
        ImmutableArray<Reading>.Builder readings = ImmutableArray.CreateBuilder<Reading>();
        reader.ReadList(reader =>
        {
            reader.ReadStartArray();
            SensorId sensor = reader.ReadSensor();
            Quantity quantity = reader.ReadQuantity();
            reader.ReadStartArray();
            while (reader.PeekState() != CborReaderState.EndArray)
            {
                DateTimeOffset instant = reader.ReadInstant();
                readings.Add(new Reading(sensor, quantity, reader.ReadDouble(), instant));
            }

            reader.ReadEndArray();
            reader.ReadEndArray();
            return 0;
        });
        reader.ReadEndArray();
        return new Window(from, until, readings.ToImmutable());
    }

    // A window's readings are ordered by sensor and quantity, so a series is one stretch of them.
    private static List<Reading[]> Series(Window window)
    {
        var series = new List<Reading[]>();
        for (int from = 0, until; from < window.Readings.Length; from = until)
        {
            (SensorId sensor, Quantity quantity) = (window.Readings[from].Sensor, window.Readings[from].Quantity);
            for (until = from + 1; until < window.Readings.Length && window.Readings[until].Sensor == sensor && window.Readings[until].Quantity == quantity;)
            {
                until++;
            }

            series.Add(window.Readings.AsSpan()[from..until].ToArray());
        }

        return series;
    }
}
