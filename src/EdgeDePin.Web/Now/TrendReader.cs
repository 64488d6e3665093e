using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Now;

/// <summary>The course of a value over the last day, or over what there is of it.</summary>
internal static class TrendReader
{
    private const int Buckets = 48;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>A trend over a day does not change within half a minute; asking for it does cost.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    public static Trend Read(StoreReader store, string measurement, string field, Latest latest, DateTimeOffset until)
    {
        bool derived = measurement == "derived";
        string[] by = derived ? ["sensor", "name", "unit"] : ["sensor"];
        string[] fields = derived ? ["value"] : [.. Family.All.First(family => family.Measurement == measurement).Fields];
        DateTimeOffset oldest = store.Remember($"oldest {measurement}", TimeSpan.FromMinutes(10), () =>
            store.AskOne(new Select(store.Source, measurement, fields) { Oldest = 1 }) is var (_, row)
                ? Series.Instant(row)
                : until);
        TimeSpan span = until - oldest < Day ? until - oldest : Day;
        TimeSpan every = Every(span, latest.Interval);
        Select select = new(store.Source, measurement, fields)
        {
            Function = "mean",
            Every = every,
            From = until - span,
            Until = until,
            By = by,
            Names = derived ? Headlines.Names : [],
        };
        // Spans below a minute or so grow with every beat; their bucket changes, and with it the key.
        IReadOnlyList<Series> answer = store.Remember($"trend {measurement} {every}", MaxAge, () => store.Ask(select));
        Series? same = answer.FirstOrDefault(series => by.All(tag => series.Tag(tag) == latest.Series.Tag(tag)));
        return same is null ? Trend.None
            : new Trend([.. same.Rows.Select(row => same.Number(row, field)).Take(2 * Buckets)], span);
    }

    /// <summary>
    /// Whole seconds, at least one, and never below the sensor's own rhythm: every second bucket would be empty.
    /// </summary>
    internal static TimeSpan Every(TimeSpan span, TimeSpan rhythm) =>
        TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Math.Max(span.TotalSeconds / Buckets, rhythm.TotalSeconds))));
}
