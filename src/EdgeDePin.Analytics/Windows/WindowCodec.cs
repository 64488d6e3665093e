using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// A window as bytes: <c>[from, until, [[sensor, quantity, [instant, value, …]], …]]</c>, one entry per series. A series with readings that are not good
/// has a fourth element, <c>[index, verdict, reason, …]</c> of those, in their order.
/// </summary>
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
            int notGood = series.Count(reading => !reading.Quality.IsGood);
            writer.WriteStartArray(notGood > 0 ? 4 : 3);
            writer.WriteTextString(series[0].Sensor.Value);
            writer.WriteTextString(series[0].Quantity.Name);
            writer.WriteStartArray(2 * series.Length);
            foreach (Reading reading in series)
            {
                writer.WriteInstant(reading.ObservedAt);
                writer.WriteDouble(reading.Value);
            }

            writer.WriteEndArray();
            if (notGood > 0)
            {
                WriteQuality(writer, series, notGood);
            }

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
            int? elements = reader.ReadStartArray();
            SensorId sensor = reader.ReadSensor();
            Quantity quantity = reader.ReadQuantity();
            int first = readings.Count;
            reader.ReadStartArray();
            while (reader.PeekState() != CborReaderState.EndArray)
            {
                DateTimeOffset instant = reader.ReadInstant();
                readings.Add(new Reading(sensor, quantity, reader.ReadDouble(), instant));
            }

            reader.ReadEndArray();
            if (elements == 4)
            {
                ReadQuality(reader, readings, first);
            }

            reader.ReadEndArray();
            return 0;
        });
        reader.ReadEndArray();
        return new Window(from, until, readings.ToImmutable());
    }

    private static void WriteQuality(CborWriter writer, Reading[] series, int notGood)
    {
        writer.WriteStartArray(3 * notGood);
        for (int index = 0; index < series.Length; index++)
        {
            if (!series[index].Quality.IsGood)
            {
                writer.WriteInt32(index);
                writer.WriteInt32((int)series[index].Quality.Verdict);
                writer.WriteInt32((int)series[index].Quality.Reason);
            }
        }

        writer.WriteEndArray();
    }

    private static void ReadQuality(CborReader reader, ImmutableArray<Reading>.Builder readings, int first)
    {
        reader.ReadStartArray();
        int least = 0;
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            int index = reader.ReadInt32();
            var quality = new ReadingQuality((QualityVerdict)reader.ReadInt32(), (QualityReason)reader.ReadInt32());
            if (index < least || index >= readings.Count - first || quality.IsGood || !Enum.IsDefined(quality.Verdict) || !Enum.IsDefined(quality.Reason))
            {
                throw new FormatException($"Not a window: the verdict {quality} of reading {index} of {readings.Count - first}.");
            }

            readings[first + index] = readings[first + index] with { Quality = quality };
            least = index + 1;
        }

        reader.ReadEndArray();
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
