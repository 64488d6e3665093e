using System.Formats.Cbor;
using System.Globalization;

namespace EdgeDePin.Analytics.Faults;

/// <summary>Finds instants that go back or repeat, and the hour that a clock of local time skips or tells twice, in constant memory.</summary>
public sealed class ClockCheck
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private TimeSpan? _interval;

    /// <summary>The newest instant believed; null before the first.</summary>
    public DateTimeOffset? Last { get; private set; }

    /// <returns>What is wrong with this instant, in one sentence; null if nothing.</returns>
    public string? Judge(DateTimeOffset at)
    {
        if (Last is not { } last)
        {
            Last = at;
            return null;
        }

        TimeSpan step = at - last;
        string? wrong = step < TimeSpan.Zero ? $"the clock went back by {Text(-step)} to {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}"
            : step == TimeSpan.Zero ? $"two readings say {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}"
            : IsSkippedHour(last, step) ? $"an hour is missing after {last.UtcDateTime:yyyy-MM-dd HH:mm}: a clock of local time, put forward"
            : null;
        if (step > TimeSpan.Zero)
        {
            // The shortest of late is the schedule; longer ones are gaps. It grows slowly, for a schedule may be changed.
            _interval = _interval is { } known && step > known ? known + ((step < known * 1.5 ? step - known : known / 100) / 10) : step;
        }

        Last = at;
        return wrong;
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteStartArray(2);
        writer.WriteInt64(Last?.UtcTicks ?? -1);
        writer.WriteInt64(_interval?.Ticks ?? -1);
        writer.WriteEndArray();
    }

    internal void Read(CborReader reader)
    {
        reader.ReadStartArray();
        Last = reader.ReadInt64() is >= 0 and long last ? new DateTimeOffset(last, TimeSpan.Zero) : null;
        _interval = reader.ReadInt64() is >= 0 and long interval ? TimeSpan.FromTicks(interval) : null;
        reader.ReadEndArray();
    }

    // Summer time begins on a Sunday between one and three (Europe: last of March; North America: second of March, until 2006 first of April).
    private bool IsSkippedHour(DateTimeOffset last, TimeSpan step) =>
        _interval is { } interval && interval <= Hour && Math.Abs((step - interval - Hour).TotalSeconds) <= interval.TotalSeconds * 0.1
        && last.UtcDateTime is { DayOfWeek: DayOfWeek.Sunday, Month: 3 or 4 or 10 or 11, Hour: < 4 };

    private static string Text(TimeSpan span) => span.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min");
}
