using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// The rows of measurement <c>storage_loss</c>: what was dropped on purpose, stored and forwarded like data. Writing the
/// same loss again changes nothing, since its instant is that of the last point lost: so it is written before the shard
/// goes, and a cut between the two does no harm.
/// </summary>
internal static class LossLedger
{
    public const string Measurement = "storage_loss";

    /// <summary>Rows about single series that one file may bring; with more series, one row speaks for the measurement.</summary>
    private const int MaxSeries = 1_000;

    public static List<Point> Of(DuckDBConnection connection, ExpiredShard expired) =>
        [.. expired.Shard.Content.Measurements.SelectMany(measurement => Rows(connection, expired, measurement))];

    private static IEnumerable<Point> Rows(DuckDBConnection connection, ExpiredShard expired, ShardMeasurement measurement)
    {
        if (measurement.Series.Count > MaxSeries)
        {
            return [Row(expired, measurement.Name, "*", measurement.Rows, measurement.FirstInstant, measurement.LastInstant)];
        }

        Dictionary<int, string> names = measurement.Series.ToDictionary(series => series.Id, series => NameOf(series));
        ColdFile file = ColdFile.Of(expired.Shard, measurement);
        return [.. connection.Rows($"SELECT series, count(*), min(ts), max(ts) FROM {file.Rows} GROUP BY series ORDER BY series")
            .Select(row => Row(expired, measurement.Name, names.GetValueOrDefault(row.GetInt32(0), "*"), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)))];
    }

    // No name is a keyword of InfluxQL, which would have to be quoted. The span is a field: it changes with every loss.
    private static Point Row(ExpiredShard expired, string measurement, string series, long points, long first, long last) => new(
        Measurement,
        [new Tag("source", measurement), new Tag("tag_set", series), new Tag("reason", expired.Reason)],
        [
            new Field("points", points), new Field("first_instant", first), new Field("last_instant", last),
            new Field("span", FieldValue.String(Shard.NameOf(expired.Shard.First, expired.Shard.Last))),
        ],
        last);

    // A tag value must not end in a backslash, and these do not: no tag value does.
    private static string NameOf(ShardSeries series) =>
        series.Tags.Count == 0 ? "-" : string.Join(',', series.Tags.Chunk(2).Select(pair => $"{pair[0]}={pair[1]}"));
}
