using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>A window without what cannot be true, and how much that was.</summary>
/// <param name="Window">In the order of a window: by sensor, quantity and instant.</param>
/// <param name="NotFinite">Readings that were no number.</param>
/// <param name="OutOfRange">Readings outside of the plausible range.</param>
/// <param name="Duplicates">Further readings of the same sensor, quantity and instant; the first in order is kept.</param>
public sealed record CleanedWindow(Window Window, int NotFinite, int OutOfRange, int Duplicates)
{
    public static CleanedWindow Of(Window window)
    {
        ArgumentNullException.ThrowIfNull(window);
        Reading[] finite = [.. window.Readings.Where(reading => double.IsFinite(reading.Value))];
        Reading[] plausible = [.. finite.Where(reading => PlausibleRange.Of(reading.Quantity).Contains(reading.Value))];
        Reading[] unique = [.. plausible
            .OrderBy(reading => reading.Sensor.Value, StringComparer.Ordinal)
            .ThenBy(reading => reading.Quantity.Name, StringComparer.Ordinal)
            .ThenBy(reading => reading.ObservedAt)
            .DistinctBy(reading => (reading.Sensor, reading.Quantity, reading.ObservedAt))];
        return new CleanedWindow(
            window with { Readings = [.. unique] },
            window.Readings.Length - finite.Length, finite.Length - plausible.Length, plausible.Length - unique.Length);
    }

    public byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(4);
        WindowCodec.Write(writer, Window);
        writer.WriteInt32(NotFinite);
        writer.WriteInt32(OutOfRange);
        writer.WriteInt32(Duplicates);
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not a cleaned window.</exception>
    public static CleanedWindow Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "a cleaned window", reader =>
    {
        reader.ReadStartArray();
        var cleaned = new CleanedWindow(WindowCodec.Read(reader), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        reader.ReadEndArray();
        return cleaned;
    });
}
