using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// What flows between tasks is canonical CBOR (RFC 8949 section 4.2.1): equal values have equal bytes, hence equal digests.
/// An instant is its number of 100 ns ticks since 1970, UTC.
/// </summary>
internal static class CanonicalCbor
{
    public static byte[] Encode(Action<CborWriter> write)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        write(writer);
        return writer.Encode();
    }

    /// <param name="noun">What the bytes should be; named in the error.</param>
    /// <exception cref="FormatException">They are something else.</exception>
    public static T Decode<T>(byte[] bytes, string noun, Func<CborReader, T> read)
    {
        try
        {
            var reader = new CborReader(bytes, CborConformanceMode.Canonical);
            T value = read(reader);
            return reader.BytesRemaining == 0 ? value : throw new FormatException($"Not {noun}: {reader.BytesRemaining} bytes follow.");
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"Not {noun}: {error.Message}", error);
        }
    }

    public static void WriteInstant(this CborWriter writer, DateTimeOffset instant) =>
        writer.WriteInt64(instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks);

    public static DateTimeOffset ReadInstant(this CborReader reader) => DateTimeOffset.UnixEpoch.AddTicks(reader.ReadInt64());

    public static SensorId ReadSensor(this CborReader reader) => new(reader.ReadTextString());

    public static Quantity ReadQuantity(this CborReader reader) => Quantity.Parse(reader.ReadTextString());

    public static void WriteList<T>(this CborWriter writer, IReadOnlyCollection<T> items, Action<CborWriter, T> write)
    {
        writer.WriteStartArray(items.Count);
        foreach (T item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    public static List<T> ReadList<T>(this CborReader reader, Func<CborReader, T> read)
    {
        reader.ReadStartArray();
        var items = new List<T>();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            items.Add(read(reader));
        }

        reader.ReadEndArray();
        return items;
    }

    public static void WriteOptional(this CborWriter writer, double? value)
    {
        if (value is double number)
        {
            writer.WriteDouble(number);
        }
        else
        {
            writer.WriteNull();
        }
    }

    public static double? ReadOptional(this CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.Null)
        {
            return reader.ReadDouble();
        }

        reader.ReadNull();
        return null;
    }
}
