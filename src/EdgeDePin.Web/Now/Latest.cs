namespace EdgeDePin.Web.Now;

/// <summary>The newest value of one field of one sensor, and the rhythm in which it comes.</summary>
/// <param name="Interval">Between the newest two values; zero when there is only one.</param>
public sealed record Latest(Series Series, string Sensor, double Value, DateTimeOffset At, TimeSpan Interval, string? By)
{
    /// <summary>A sensor may miss a few beats before we doubt it, and no rhythm is faster than a minute's doubt.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private const int MissedBeats = 5;

    /// <param name="series">Newest first.</param>
    public static Latest? Of(Series series, string field)
    {
        Latest? latest = null;
        foreach (object?[] row in series.Rows)
        {
            if (series.Number(row, field) is not { } value)
            {
                continue;
            }

            DateTimeOffset at = Series.Instant(row);
            if (latest is not null)
            {
                return latest with { Interval = latest.At - at };
            }

            latest = new Latest(series, series.Tag("sensor"), value, at, TimeSpan.Zero, series.Text(row, "task"));
        }

        return latest;
    }

    /// <param name="newest">
    /// The newest instant of the node, not of the clock on the wall: replayed data is old and yet complete.
    /// </param>
    public Quality Judge(DateTimeOffset newest, IReadOnlySet<string> faulted)
    {
        TimeSpan allowed = Interval * MissedBeats > Patience ? Interval * MissedBeats : Patience;
        return faulted.Contains(Sensor) ? Quality.Faulted
            : newest - At > allowed ? Quality.Stale
            : Quality.Fresh;
    }
}
