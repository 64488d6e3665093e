using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>What became less, and why.</summary>
/// <param name="Tags">Of the series, keys and values in turns; null for a whole measurement.</param>
/// <param name="Reason"><c>thinned-1m</c>, <c>thinned-1h</c>, <c>age</c>, <c>quota</c> or <c>damage</c>.</param>
/// <param name="Cause">What asked for it: <c>age</c>, <c>quota</c>, <c>disk full</c>, or what was damaged.</param>
/// <param name="Unforwarded">How many of the points before had not reached every destination.</param>
internal sealed record Loss(
    string Measurement, IReadOnlyList<string>? Tags, string Reason, string Cause, long Before, long After, long Unforwarded, long First, long Last, string Span);

/// <summary>
/// The rows of measurement <c>storage_loss</c>: what was thinned, dropped or damaged, stored and forwarded like data. Writing
/// the same loss again changes nothing, since its instant is that of the last point lost: so it is written before the points
/// go, and a cut between the two does no harm.
/// </summary>
internal static class LossLedger
{
    public const string Measurement = "storage_loss";

    /// <summary>Rows about single series that one file may bring; with more series, one row speaks for the measurement.</summary>
    private const int MaxSeries = 1_000;

    public static List<Point> Of(IEnumerable<Loss> losses) =>
        [.. losses.GroupBy(loss => (loss.Measurement, loss.Reason)).SelectMany(group => group.Count() > MaxSeries ? Enumerable.Repeat(Together([.. group]), 1) : group).Select(Row)];

    /// <summary>The loss of a whole file.</summary>
    /// <param name="forwarded">The last sequence that every destination has.</param>
    public static IEnumerable<Loss> OfFile(DuckDBConnection connection, Shard shard, ShardMeasurement file, Tombstones tombstones, string reason, string cause, long forwarded)
    {
        Dictionary<int, IReadOnlyList<string>> tags = file.Series.ToDictionary(series => series.Id, series => series.Tags);
        string rows = StoredRows.OfFile(ColdFile.Of(shard, file, tombstones), []);
        return tombstones.End(shard, file) ? [] : connection
            .Rows($"SELECT series, count(*), count(*) FILTER (WHERE seq > {forwarded}), min(ts), max(ts) FROM ({rows}) GROUP BY series ORDER BY series")
            .Select(row => new Loss(
                file.Name, tags.GetValueOrDefault(row.GetInt32(0)), reason, cause, row.GetInt64(1), 0, row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
                Shard.NameOf(shard.First, shard.Last)));
    }

    /// <summary>What damage took: so many sequences, of which nobody can say what they were.</summary>
    public static Point Of(Gap gap, long instant) => Row(new Loss(
        "*", null, "damage", gap.Reason, gap.LastSequence - gap.FirstSequence + 1, 0, 0, instant, instant, Shard.NameOf(gap.FirstSequence, gap.LastSequence)));

    private static Loss Together(IReadOnlyList<Loss> losses) => losses[0] with
    {
        Tags = null,
        Before = losses.Sum(loss => loss.Before),
        After = losses.Sum(loss => loss.After),
        Unforwarded = losses.Sum(loss => loss.Unforwarded),
        First = losses.Min(loss => loss.First),
        Last = losses.Max(loss => loss.Last),
    };

    // No name is a keyword of InfluxQL, which would have to be quoted. The span is a field: it changes with every loss.
    private static Point Row(Loss loss) => new(
        Measurement,
        [new Tag("source", loss.Measurement), new Tag("tag_set", NameOf(loss.Tags)), new Tag("reason", loss.Reason)],
        [
            new Field("points", loss.Before - loss.After), new Field("kept", loss.After), new Field("unforwarded", loss.Unforwarded),
            new Field("first_instant", loss.First), new Field("last_instant", loss.Last),
            new Field("cause", FieldValue.String(loss.Cause)), new Field("span", FieldValue.String(loss.Span)),
        ],
        loss.Last);

    // A tag value must not end in a backslash, and these do not: no tag value does.
    private static string NameOf(IReadOnlyList<string>? tags) =>
        tags is null ? "*" : tags.Count == 0 ? "-" : string.Join(',', tags.Chunk(2).Select(pair => $"{pair[0]}={pair[1]}"));
}
