using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Now;

/// <summary>Something unusual in a series, or a sensor that looks broken, in one line with the reason.</summary>
/// <param name="Kind"><c>anomaly</c>, or the reason of a fault score.</param>
public sealed record UnusualLine(string Sensor, string Quantity, string Kind, string Reason, DateTimeOffset At)
{
    /// <summary>More lines bury the values.</summary>
    public const int Most = 8;

    private const double Broken = 0.5;
    private static readonly TimeSpan Recent = TimeSpan.FromHours(24);

    /// <summary>The newest anomaly of each series within a day, and the sensors whose newest hour has a fault score of 0.5 and more; newest first.</summary>
    /// <param name="until">The newest instant of the store; null while it is empty.</param>
    internal static IReadOnlyList<UnusualLine> Read(StoreReader store, DateTimeOffset? until)
    {
        if (until is not { } newest)
        {
            return [];
        }

        Select anomalies = new(store.Source, "anomaly", "reason", "surprise") { By = ["sensor", "quantity"], Newest = 1, From = newest - Recent };
        Select health = new(store.Source, "sensor_health", "reason", "detail", "fault_score") { By = ["sensor", "quantity"], Newest = 1, From = newest - Recent };
        return [.. store.Ask(anomalies)
            .SelectMany(series => series.Rows.Select(row => new UnusualLine(
                series.Tag("sensor"), series.Tag("quantity"), "anomaly", series.Text(row, "reason") ?? string.Empty, Series.Instant(row))))
            .Concat(store.Ask(health)
                .SelectMany(series => series.Rows.Where(row => series.Number(row, "fault_score") >= Broken).Select(row => new UnusualLine(
                    series.Tag("sensor"), series.Tag("quantity"), series.Text(row, "reason") ?? string.Empty, series.Text(row, "detail") ?? string.Empty, Series.Instant(row)))))
            .OrderByDescending(line => line.At).Take(Most)];
    }
}
