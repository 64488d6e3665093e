using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// One row per series and period, as SQL. The first and the last period of each series stay as they are, since the rest of
/// them may lie in another shard; so do periods of a single point. A thinned row stands at the start of its period, as
/// GROUP BY time would put it, and has the sequence of its last point.
/// </summary>
/// <param name="rows">SQL of rows with <c>seq</c>, <c>series</c>, <c>ts</c> and the columns of the fields, an instant of a series once.</param>
/// <param name="resolution">Length of a period in ns.</param>
internal sealed class Thinning(string measurement, IReadOnlyList<FieldColumn> fields, string rows, long resolution)
{
    public const long Minute = 60_000_000_000;
    public const long Hour = 60 * Minute;

    /// <summary>The rows that stay.</summary>
    public string Select() =>
        $"SELECT max(seq) AS seq, series, CASE WHEN count(*) = 1 THEN min(ts) ELSE min(key) END AS ts{string.Concat(fields.Select(field => $", {Value(field)} AS {field.Column}"))} "
        + $"FROM ({Keyed()}) GROUP BY series, key";

    /// <summary>Per series what becomes less: <c>series</c>, points before and after, how many of the first were not yet forwarded, first and last instant.</summary>
    /// <param name="forwarded">The last sequence that every destination has.</param>
    public string Losses(long forwarded) =>
        $"SELECT series, sum(n)::BIGINT, count(*), sum(waiting)::BIGINT, min(first), max(last) FROM (SELECT series, key, count(*) AS n, count(*) FILTER (WHERE seq > {forwarded}) AS waiting, "
        + $"min(ts) AS first, max(ts) AS last FROM ({Keyed()}) GROUP BY series, key) WHERE n > 1 GROUP BY series ORDER BY series";

    private string Keyed() =>
        $"SELECT points.*, CASE WHEN {Period("ts")} > {Period("lo")} AND {Period("ts")} < {Period("hi")} THEN {Period("ts")} ELSE ts END AS key "
        + $"FROM ({rows}) AS points JOIN (SELECT series, min(ts) AS lo, max(ts) AS hi FROM ({rows}) GROUP BY series) AS ends USING (series)";

    // The engine's % has the sign of the dividend, and instants before 1970 are negative.
    private string Period(string instant) => $"({instant} - ({instant} % {resolution} + {resolution}) % {resolution})";

    private string Value(FieldColumn field)
    {
        (FieldFate fate, FieldColumn? of) = FieldFates.Of(measurement, field, fields);
        string column = field.Column;
        string One(string several) => $"CASE WHEN count(*) = 1 THEN any_value({column}) ELSE {several} END";
        switch (fate)
        {
            case FieldFate.Mean:
                string weight = fields.FirstOrDefault(other => other.Key == field.Key + "_count" && other.Kind == FieldKind.Integer) is { } count
                    ? $"coalesce({count.Column}, 1)" : "1";
                string mean = $"(sum({column} * {weight}) / sum({weight}) FILTER (WHERE {column} IS NOT NULL))";
                // A sum of the largest numbers is none.
                return One($"CASE WHEN isfinite({mean}) THEN {mean} ELSE arg_max({column}, ts) END");
            case FieldFate.Min:
                return One($"min(coalesce({column}, {of!.Column}))");
            case FieldFate.Max:
                return One($"max(coalesce({column}, {of!.Column}))");
            case FieldFate.Count:
                return One($"sum(CASE WHEN {of!.Column} IS NOT NULL THEN coalesce({column}, 1) END)::BIGINT");
            default:
                return $"arg_max({column}, ts)";
        }
    }
}
