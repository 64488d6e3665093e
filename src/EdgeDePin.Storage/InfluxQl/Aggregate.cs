using System.Collections.Frozen;
using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A function of the values of a group or a bucket.</summary>
/// <param name="IsSelector">It picks one of the points, and so can have that point's time and tags.</param>
/// <param name="Kinds">The types it takes.</param>
internal sealed record Aggregate(string Name, bool IsSelector, params FieldKind[] Kinds)
{
    private static readonly FieldKind[] Numbers = [FieldKind.Float, FieldKind.Integer];
    private static readonly FieldKind[] NumbersAndBooleans = [.. Numbers, FieldKind.Boolean];
    private static readonly FieldKind[] Everything = [.. NumbersAndBooleans, FieldKind.String];

    private static readonly FrozenDictionary<string, Aggregate> Known = new Aggregate[]
    {
        new("mean", false, Numbers), new("count", false, Everything), new("sum", false, Numbers),
        new("median", false, Numbers), new("stddev", false, Numbers), new("spread", false, Numbers),
        new("min", true, NumbersAndBooleans), new("max", true, NumbersAndBooleans),
        new("mode", false, Everything), new("first", true, Everything), new("last", true, Everything), new("percentile", true, Numbers),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary><c>count(distinct(v))</c>.</summary>
    public static readonly Aggregate CountDistinct = new("count_distinct", false, Everything);

    public static Aggregate? Find(string name) => Known.GetValueOrDefault(name);

    /// <summary>Counts make an empty bucket 0 where others make it null.</summary>
    public bool Counts => Name is "count" or "count_distinct";

    /// <summary>Computed here over the rows, not by the engine.</summary>
    public bool OverRows => Name == "mode";

    /// <summary>Computed by the engine alone.</summary>
    public bool IsSql => Name is not ("mode" or "stddev");

    /// <summary>Whether it takes fields of that type.</summary>
    public bool Takes(FieldKind kind) => Kinds.Contains(kind);

    /// <summary>The type of what it gives.</summary>
    public FieldKind ResultKind(FieldKind kind) => Name switch
    {
        "mean" or "median" or "stddev" => FieldKind.Float,
        "count" or "count_distinct" => FieldKind.Integer,
        _ => kind,
    };

    /// <summary>As SQL over a column <paramref name="c"/> beside <c>ts</c>.</summary>
    /// <param name="oneSeriesEach">No two values of a group have the same instant, so no ties need breaking.</param>
    public string Sql(string c, FieldKind kind, double percent, bool oneSeriesEach) => Name switch
    {
        "mean" => $"avg({c})",
        "count" => $"nullif(count({c}), 0)",
        "count_distinct" => $"nullif(count(DISTINCT {c}), 0)",
        "sum" => kind == FieldKind.Integer ? $"CAST(sum({c}) AS BIGINT)" : $"sum({c})",
        "median" => Median($"list({c} ORDER BY {c}) FILTER ({c} IS NOT NULL)", $"count({c})"),
        // InfluxDB: running mean, then the sum of squares around it; one value has no deviation. The engine's own differs
        // in the last digit.
        "stddev" => $"list({c} ORDER BY ts) FILTER ({c} IS NOT NULL)",
        "spread" => $"(max({c}) - min({c}))",
        "min" or "max" => $"{Name}({c})",
        "percentile" => $"list_extract(list({c} ORDER BY {c}) FILTER ({c} IS NOT NULL), greatest(0, {Rank($"count({c})", percent)}))",
        _ when oneSeriesEach => $"{(Name == "first" ? "arg_min" : "arg_max")}({c}, ts)",
        _ => $"first({c} ORDER BY {Order(c, kind)}) FILTER ({c} IS NOT NULL)",
    };

    /// <summary>The order whose first row is the point that a selector picks; ties as InfluxDB 1.6 breaks them.</summary>
    public string Order(string c, FieldKind kind) => Name switch
    {
        "first" => $"ts, {c} {(kind == FieldKind.Boolean ? "ASC" : "DESC")}",
        "last" => $"ts DESC, {c} DESC",
        "min" or "percentile" => $"{c}, ts",
        _ => $"{c} DESC, ts",
    };

    /// <summary>Nearest rank, from 1; 0 and beyond the count is nothing.</summary>
    public static string Rank(string count, double percent) =>
        $"CAST(floor({count} * {percent.ToString("R", CultureInfo.InvariantCulture)}::DOUBLE / 100.0 + 0.5) AS BIGINT)";

    // Half the distance added to the lower of two: the engine's own median rounds otherwise.
    private static string Median(string sorted, string count) =>
        $"(CASE WHEN {count} % 2 = 1 THEN list_extract({sorted}, ({count} + 1) // 2)::DOUBLE"
        + $" ELSE list_extract({sorted}, {count} // 2) + (list_extract({sorted}, {count} // 2 + 1) - list_extract({sorted}, {count} // 2))::DOUBLE / 2 END)";

    public static double? StandardDeviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }

        double mean = 0;
        for (int at = 0; at < values.Count; at++)
        {
            mean += (values[at] - mean) / (at + 1);
        }

        double squares = 0;
        foreach (double value in values)
        {
            squares += Math.Pow(value - mean, 2);
        }

        return Math.Sqrt(squares / (values.Count - 1));
    }
}
