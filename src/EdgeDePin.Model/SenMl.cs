using System.Buffers;
using System.Text.Json;

namespace EdgeDePin.Model;

/// <summary>
/// Readings as SenML JSON (RFC 8428), the form in which they travel between modules:
/// <c>[{"bn":"bme280:","n":"temperature","u":"Cel","t":1551484284.5,"v":6.55}, …]</c>. One record per reading; the base
/// name is the sensor, the name its quantity. Four labels are ours, and whoever does not know them may ignore them (RFC 8428
/// section 4.4): <c>boot</c>, the start of the device; <c>up</c>, seconds since it; <c>seq</c>, the number of the reading;
/// <c>quality</c>, where the reading is not good, e.g. <c>suspect(step)</c>.
/// <c>boot</c> holds until the next one, and a record without <c>seq</c> has the number after the one before.
/// </summary>
public static class SenMl
{
    /// <summary>RFC 8428 section 12.3.</summary>
    public const string ContentType = "application/senml+json";

    /// <summary>At this many readings per message a pack of them stays below the hub's 256 KiB.</summary>
    public const int MaxReadings = 1_000;

    /// <summary>RFC 8428 section 4.5.3: what is below is relative to now. A clock that says so was never set.</summary>
    public static DateTimeOffset EarliestInstant { get; } = DateTimeOffset.UnixEpoch.AddSeconds(1 << 28);

    /// <exception cref="ArgumentException">More than <see cref="MaxReadings"/> readings, or a value that is not finite.</exception>
    public static byte[] Encode(IReadOnlyCollection<Reading> readings) =>
        Encode(null, [.. readings.Select(reading => new StampedReading(reading, 0, null))]);

    /// <param name="boot">The start of the device; null leaves out what only it gives a meaning.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxReadings"/> readings, or a value that is not finite.</exception>
    public static byte[] Encode(string? boot, IReadOnlyCollection<StampedReading> readings)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(readings.Count, MaxReadings);
        var buffer = new ArrayBufferWriter<byte>(112 * (readings.Count + 1));
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        long? sequence = null;
        foreach (StampedReading stamped in readings)
        {
            json.WriteStartObject();
            Write(json, stamped.Reading, hasUptime: boot is not null && stamped.Uptime is not null);
            if (boot is not null)
            {
                if (sequence is null)
                {
                    json.WriteString("boot", boot);
                }

                if (stamped.Sequence != sequence + 1)
                {
                    json.WriteNumber("seq", stamped.Sequence);
                }

                sequence = stamped.Sequence;
                if (stamped.Uptime is { } uptime)
                {
                    json.WriteNumber("up", Seconds(uptime));
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a pack; a record that is no reading is refused with its reason, and the others are not.</summary>
    /// <exception cref="FormatException">Not SenML at all.</exception>
    public static SenMlPack Decode(ReadOnlyMemory<byte> payload) => SenMlReader.Read(payload);

    private static void Write(Utf8JsonWriter json, Reading reading, bool hasUptime)
    {
        json.WriteString("bn", reading.Sensor.Value + ":");
        json.WriteString("n", reading.Quantity.Name);
        json.WriteString("u", reading.Quantity.Unit);
        // A clock that was never set says nothing, and a small number would mean something else.
        if (!hasUptime || reading.ObservedAt >= EarliestInstant)
        {
            json.WriteNumber("t", Seconds(reading.ObservedAt - DateTimeOffset.UnixEpoch));
        }

        json.WriteNumber("v", reading.Value);
        if (!reading.Quality.IsGood)
        {
            json.WriteString("quality", reading.Quality.ToString());
        }
    }

    // A double has 0.2 µs of room at today's seconds; decimal keeps the 100 ns ticks of DateTimeOffset exactly.
    private static decimal Seconds(TimeSpan since) => since.Ticks / (decimal)TimeSpan.TicksPerSecond;
}
