using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Now;

/// <summary>Why there is no measurement, in one line, with what to do about it.</summary>
public sealed record FaultLine(
    string Sensor, string Kind, string Detail, string? Remedy, double Count, DateTimeOffset At)
{
    /// <summary>The newest fault of each sensor and kind, newest first.</summary>
    internal static IReadOnlyList<FaultLine> Read(StoreReader store)
    {
        Select select = new(store.Source, "fault", "detail", "remedy", "count") { By = ["sensor", "kind"], Newest = 1 };
        return [.. store.Ask(select)
            .SelectMany(series => series.Rows.Select(row => new FaultLine(
                series.Tag("sensor"), series.Tag("kind"), series.Text(row, "detail") ?? string.Empty,
                series.Text(row, "remedy"), series.Number(row, "count") ?? 1, Series.Instant(row))))
            .OrderByDescending(fault => fault.At)];
    }

    /// <summary>A fault is over as soon as the sensor has measured again.</summary>
    public bool IsOpen(IReadOnlyDictionary<string, DateTimeOffset> newestReading) =>
        !newestReading.TryGetValue(Sensor, out DateTimeOffset measured) || measured < At;
}
