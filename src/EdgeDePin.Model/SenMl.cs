using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EdgeDePin.Model;

/// <summary>
/// Readings as SenML JSON (RFC 8428), the form in which they travel between modules:
/// <c>[{"bn":"bme280:","n":"temperature","u":"Cel","t":1551484284.5,"v":6.55}, …]</c>. One record per reading; the base
/// name is the sensor, the name its quantity.
/// </summary>
public static class SenMl
{
    /// <summary>RFC 8428 section 12.3.</summary>
    public const string ContentType = "application/senml+json";

    /// <summary>At this many readings per message a pack of them stays below the hub's 256 KiB.</summary>
    public const int MaxReadings = 1_000;

    /// <exception cref="ArgumentException">More than <see cref="MaxReadings"/> readings, or a value that is not finite.</exception>
    public static byte[] Encode(IReadOnlyCollection<Reading> readings)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(readings.Count, MaxReadings);
        var buffer = new ArrayBufferWriter<byte>(96 * (readings.Count + 1));
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        foreach (Reading reading in readings)
        {
            json.WriteStartObject();
            json.WriteString("bn", reading.Sensor.Value + ":");
            json.WriteString("n", reading.Quantity.Name);
            json.WriteString("u", reading.Quantity.Unit);
            json.WriteNumber("t", Seconds(reading.ObservedAt));
            json.WriteNumber("v", reading.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">
    /// Not SenML, an unknown quantity, a unit other than the quantity's, or a value that is missing or not finite. The message
    /// names the record (from 0) and the value.
    /// </exception>
    public static IReadOnlyList<Reading> Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            var readings = new List<Reading>();
            string baseName = "";
            foreach (JsonElement record in document.RootElement.EnumerateArray())
            {
                baseName = Text(record, "bn") ?? baseName;
                readings.Add(Record(record, baseName, readings.Count));
            }

            return readings;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"Not a SenML pack (RFC 8428): {error.Message}", error);
        }
    }

    private static Reading Record(JsonElement record, string baseName, int index)
    {
        Quantity quantity = Quantity.Parse(Text(record, "n") ?? "");
        string? unit = Text(record, "u");
        if (unit is not null && unit != quantity.Unit)
        {
            throw new FormatException($"SenML record {index}: {quantity} is in {quantity.Unit}, not in '{unit}'.");
        }

        if (!record.TryGetProperty("v", out JsonElement value) || !record.TryGetProperty("t", out JsonElement time))
        {
            throw new FormatException($"SenML record {index}: it needs both 't' and 'v'.");
        }

        double number = value.GetDouble();
        return double.IsFinite(number)
            ? new Reading(new SensorId(baseName.TrimEnd(':')), quantity, number, Instant(time.GetDecimal(), index))
            : throw new FormatException($"SenML record {index}: {number} is not a finite number.");
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    // A double has 0.2 µs of room at today's seconds; decimal keeps the 100 ns ticks of DateTimeOffset exactly.
    private static decimal Seconds(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / (decimal)TimeSpan.TicksPerSecond;

    private static DateTimeOffset Instant(decimal seconds, int index)
    {
        // RFC 8428 section 4.5.3: values below 2^28 are relative to now, which a stored reading can never be.
        if (seconds is < 268_435_456m or > 253_402_300_799m)
        {
            throw new FormatException(
                $"SenML record {index}: time {seconds.ToString(CultureInfo.InvariantCulture)} is not an absolute instant in seconds since 1970.");
        }

        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }
}
