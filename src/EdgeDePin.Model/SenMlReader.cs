using System.Text.Json;

namespace EdgeDePin.Model;

/// <summary>Reads a SenML pack from its first record to its last: some labels hold until they are given again.</summary>
internal sealed class SenMlReader
{
    /// <summary>An identifier of 36 characters, as Linux makes it; nobody needs a longer one.</summary>
    private const int LongestBoot = 64;

    private static readonly TimeSpan LongestUptime = TimeSpan.FromDays(36_500);

    private readonly List<StampedReading> _stamped = [];
    private readonly List<RefusedRecord> _refused = [];
    private string _baseName = "";
    private string? _boot;
    private long _sequence;

    public static SenMlPack Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new SenMlReader();
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            int index = 0;
            foreach (JsonElement record in document.RootElement.EnumerateArray())
            {
                reader.Take(record, index++);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"Not a SenML pack (RFC 8428): {error.Message}", error);
        }

        return new SenMlPack(reader._boot, reader._stamped, reader._refused);
    }

    private void Take(JsonElement record, int index)
    {
        _baseName = Text(record, "bn") ?? _baseName;
        Stamp(record);
        string name = Text(record, "n") ?? "";
        double? value = Number(record, "v", out JsonElement given) && given.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;
        TimeSpan? uptime = _boot is not null && Number(record, "up", out given) && Span(given) is { } up && up >= TimeSpan.Zero && up < LongestUptime ? up : null;
        // Without a clock there is still the uptime, and the receiver knows what to make of it.
        bool hasTime = Number(record, "t", out JsonElement time);
        DateTimeOffset? observedAt = hasTime ? Instant(time) : uptime is { } since ? DateTimeOffset.UnixEpoch + since : null;
        Quantity? quantity = Quantity.TryParse(name, out Quantity known) ? known : null;
        SensorId? sensor = null;
        string? reason = null;
        try
        {
            sensor = new SensorId(_baseName.TrimEnd(':'));
            quantity = Quantity.Parse(name);
        }
        catch (FormatException error)
        {
            reason = error.Message;
        }

        string? unit = Text(record, "u");
        reason ??= unit is not null && unit != quantity!.Unit ? $"{quantity} is in {quantity.Unit}, not in '{unit}'."
            : !record.TryGetProperty("v", out given) || (!hasTime && uptime is null) ? "it needs both 't' and 'v'."
            : value is null ? $"{given.GetRawText()} is not a finite number."
            : observedAt is null ? $"time {time.GetRawText()} is not an absolute instant in seconds since 1970."
            : null;
        if (reason is null)
        {
            ReadingQuality quality = Text(record, "quality") is { } said ? ReadingQuality.Parse(said) : ReadingQuality.Good;
            _stamped.Add(new StampedReading(new Reading(sensor!.Value, quantity!, value!.Value, observedAt!.Value, quality), _sequence, uptime));
        }
        else
        {
            _refused.Add(new RefusedRecord(index, sensor, name, quantity, value, observedAt, $"SenML record {index}: {reason}"));
        }
    }

    private void Stamp(JsonElement record)
    {
        if (Text(record, "boot") is { Length: > 0 and <= LongestBoot } boot)
        {
            _boot = boot;
        }

        _sequence = Number(record, "seq", out JsonElement given) && given.TryGetInt64(out long sequence) ? sequence : _sequence == 0 ? 0 : _sequence + 1;
    }

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static bool Number(JsonElement record, string name, out JsonElement value) =>
        record.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Number;

    private static TimeSpan? Span(JsonElement seconds) =>
        seconds.TryGetDecimal(out decimal since) && Math.Abs(since) < (decimal)TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromTicks((long)(since * TimeSpan.TicksPerSecond)) : null;

    private static DateTimeOffset? Instant(JsonElement time) =>
        Span(time) is { } since && DateTimeOffset.UnixEpoch.Ticks + since.Ticks <= DateTimeOffset.MaxValue.Ticks
            && since >= SenMl.EarliestInstant - DateTimeOffset.UnixEpoch
            ? DateTimeOffset.UnixEpoch + since : null;
}
