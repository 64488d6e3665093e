using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// The SQL of a SELECT over one measurement, and its rows sorted into groups. Every name in it is ours and every number is
/// printed from a number; texts are parameters of the condition.
/// </summary>
/// <param name="sql">Receives each SQL text that is run.</param>
internal sealed class Scan(
    Relation relation, ImmutableArray<Group> groups, IReadOnlyList<Leaf> leaves, SqlCondition condition, string where,
    Statement.Select select, long? from, long until, Action<string> sql)
{
    private bool OneSeriesEach => groups.All(group => group.Series.Length <= 1);

    /// <summary>Parameters of every SQL text that this makes.</summary>
    public IEnumerable<DuckDBParameter> Parameters => relation.Parameters.Concat(condition.Parameters);

    private string Ties => relation.IsDerived ? "rank, nr" : "rank";

    /// <summary>Rows as they are, in the order of the answer.</summary>
    /// <param name="limits">Null takes all.</param>
    /// <param name="ascending">Whatever the order of the answer.</param>
    public List<LeafRow>[] Raw(DuckDBConnection connection, Limits? limits, long maxRows, bool ascending = false) =>
        Collect(connection, RawSql(limits, ascending), maxRows);

    /// <summary>The SQL of <see cref="Raw"/>: <c>ts</c>, <c>grp</c>, <c>series</c>, and a column for each leaf.</summary>
    public string RawSql(Limits? limits, bool ascending = false)
    {
        string order = $"ts{(select.Descending && !ascending ? " DESC" : "")}, {Ties}";
        string limited = limits?.Rows is { } rows
            ? $" QUALIFY row_number() OVER (PARTITION BY grp ORDER BY {order}) <= {Number(Math.Min(rows, long.MaxValue / 4) + Math.Min(limits.RowOffset, long.MaxValue / 4))}"
            : "";
        return $"SELECT ts, grp, series{LeafColumns()} FROM {Rows(ranked: true)} WHERE ({where}) AND ({SomeField()}){limited} ORDER BY grp, {order}";
    }

    /// <summary>Whether the groups of <see cref="BucketSql"/> are given by the series, which are one in each.</summary>
    public bool IsBySeries => groups.Length > 1 && OneSeriesEach;

    /// <summary>A row for each bucket with any value, in any order: its start, its group or series, and a column for each leaf.</summary>
    public string BucketSql() =>
        $"SELECT {Bucket()} AS instant, {(IsBySeries ? "series" : "grp")}{AggregateColumns()} FROM {Rows(ranked: false, bySeries: IsBySeries)} WHERE {where} GROUP BY ALL";

    /// <summary>The row that a selector picks of each group or bucket, by time.</summary>
    public List<LeafRow>[] Selected(DuckDBConnection connection, long maxRows)
    {
        Leaf.OfCall call = leaves.OfType<Leaf.OfCall>().Single();
        bool bucketed = select.Dimensions.Time is not null;
        string bucket = Bucket();
        string partition = $"PARTITION BY grp{(bucketed ? $", {bucket}" : "")}";
        string c = call.Field.Column;
        string rank = call.Function.Name == "percentile"
            ? Aggregate.Rank($"count(*) OVER ({partition})", call.Percent)
            : "1";
        return Collect(connection,
            $"SELECT {(bucketed ? bucket : "ts")} AS instant, grp, series{LeafColumns()} FROM {Rows(ranked: true)} WHERE ({where}) AND {c} IS NOT NULL"
            + $" QUALIFY row_number() OVER ({partition} ORDER BY {call.Function.Order(c, call.Field.Kind)}, {Ties}) = {rank} ORDER BY grp, instant", maxRows);
    }

    /// <summary>A row for each group and bucket that has any value, by time.</summary>
    public List<LeafRow>[] Aggregated(DuckDBConnection connection, long maxRows) => Collect(connection,
        $"SELECT {Bucket()} AS instant, grp, 0{AggregateColumns()} FROM {Rows(ranked: false)} WHERE {where} GROUP BY ALL ORDER BY grp, instant", maxRows);

    /// <summary>The rows of <see cref="Raw"/> as a table: <c>ts</c>, <c>grp</c>, <c>nr</c> and <c>l0</c>, <c>l1</c> … for the leaves, all fields.</summary>
    public string RawTable() => IsTableBySeries
        ? $"(SELECT ts, series AS grp, {(relation.IsDerived ? "nr" : "0 AS nr")}{Named(leaf => ((Leaf.OfField)leaf).Field.Column)} FROM {Rows(ranked: false, bySeries: true)} WHERE ({where}) AND ({SomeField()}))"
        : $"(SELECT ts, grp, {(relation.IsDerived ? "rank * 4294967296 + nr" : "rank")} AS nr{Named(leaf => leaf is Leaf.OfTag tag ? TagColumn(tag) : ((Leaf.OfField)leaf).Field.Column)} FROM {Rows(ranked: true, named: true)} WHERE ({where}) AND ({SomeField()}))";

    /// <summary>The rows of <see cref="Aggregated"/> as such a table; the leaves are all calls.</summary>
    public string AggregatedTable() =>
        $"(SELECT {Bucket()} AS ts, {(IsTableBySeries ? "series AS grp" : "grp")}, 0 AS nr{Named(leaf => CallSql((Leaf.OfCall)leaf))}"
        + $" FROM {Rows(ranked: false, bySeries: IsTableBySeries)} WHERE {where} GROUP BY ALL)";

    /// <summary>
    /// Whether <c>grp</c> in <see cref="RawTable"/> and <see cref="AggregatedTable"/> is the number of the series, which are one in
    /// each group: no row need be joined with its group then.
    /// </summary>
    public bool IsTableBySeries => groups.Length > 1 && groups.All(group => group.Series.Length == 1) && !leaves.Any(leaf => leaf is Leaf.OfTag);

    private string TagColumn(Leaf.OfTag tag) => $"tag{Number(leaves.ToList().IndexOf(tag))}";

    private string Named(Func<Leaf, string> sql) => string.Concat(leaves.Select((leaf, at) => $", {sql(leaf)} AS l{Number(at)}"));

    // Of tags alone, which only an inner SELECT has, every row is one.
    private string SomeField() => leaves.Any(leaf => leaf is Leaf.OfField)
        ? string.Join(" OR ", leaves.OfType<Leaf.OfField>().Select(leaf => $"{leaf.Field.Column} IS NOT NULL"))
        : "TRUE";

    private string AggregateColumns() => string.Concat(leaves.Select(leaf => leaf is Leaf.OfCall call ? $", {CallSql(call)}" : ", NULL"));

    private string CallSql(Leaf.OfCall call) =>
        call.Function.Sql(call.Field.Column, call.Field.Kind, call.Percent, OneSeriesEach && !relation.IsDerived);

    private string LeafColumns() => string.Concat(leaves.Select(leaf => leaf switch
    {
        Leaf.OfField field => $", {field.Field.Column}",
        Leaf.OfCall call => $", {call.Field.Column}",
        _ => ", NULL",
    }));

    private string Bucket()
    {
        if (select.Dimensions.Time is not { } grid)
        {
            return $"{Number(from ?? 0)}::BIGINT";
        }

        string length = Number(grid.Nanoseconds);
        // No instant is before the lower bound, so none is negative here.
        return grid.Zone is null && !relation.IsDerived && grid.Offset >= 0 && from >= grid.Offset
            ? $"(ts - {(grid.Offset == 0 ? "ts" : $"(ts - {Number(grid.Offset)})")} % {length})"
            : grid.Zone is null ? Floor("ts", grid)
            : $"(start + CASE WHEN abs(zone - zone_of_start) < {length} THEN zone - zone_of_start ELSE 0 END + {Number(grid.Offset)})";
    }

    // The engine's % has the sign of the dividend, and instants before 1970 are negative.
    private static string Floor(string ts, TimeBuckets grid, string plus = "")
    {
        (string length, string offset) = (Number(grid.Nanoseconds), Number(grid.Offset));
        return $"({ts} - (({ts} - {offset}{plus}) % {length} + {length}) % {length})";
    }

    private string Rows(bool ranked, bool bySeries = false, bool named = false)
    {
        List<FieldColumn> fields = [.. leaves.OfType<Leaf.OfField>().Select(leaf => leaf.Field)
            .Concat(leaves.OfType<Leaf.OfCall>().Select(leaf => leaf.Field))
            .Concat(condition.Fields).Distinct()];
        HashSet<int> admitted = [.. groups.SelectMany(group => group.Series).Select(series => series.Id)];
        string rows = relation.Rows(fields, condition.InSeries(series => admitted.Contains(series.Id)), from, until);
        if (bySeries)
        {
            return Zoned(rows);
        }

        List<Leaf.OfTag> tags = [.. named ? leaves.OfType<Leaf.OfTag>() : []];
        if (groups.Length == 1 && (!ranked || OneSeriesEach) && tags.Count == 0)
        {
            return Zoned($"(SELECT *, 0 AS grp, 0 AS rank FROM {rows})");
        }

        int at = 0;
        var members = groups.SelectMany((group, number) => group.Series.Select(series => (series.Id, Group: number, Rank: at++))).ToList();
        return Zoned($"(SELECT * FROM {rows} JOIN (SELECT unnest([{List(members.Select(member => member.Id))}]) AS series, "
            + $"unnest([{List(members.Select(member => member.Group))}]) AS grp, unnest([{List(members.Select(member => member.Rank))}]) AS rank{string.Concat(tags.Select(TagList))}) USING (series))");

        // The text of a tag of every series, as a parameter each.
        string TagList(Leaf.OfTag tag) =>
            $", unnest([{string.Join(',', groups.SelectMany(group => group.Series).Select(series => series[tag.Key] is { Length: > 0 } text ? condition.Parameter(text) : "NULL::VARCHAR"))}]) AS {TagColumn(tag)}";
    }

    // Local time of a bucket's rows and of its start, step by step; TimeBuckets.StartOf says why.
    private string Zoned(string rows)
    {
        if (select.Dimensions.Time is not { Zone: { } zone } grid)
        {
            return rows;
        }

        const long Day = 86_400_000_000_000;
        long low = from is { } bound ? bound - Math.Min(bound - (long.MinValue + 1), grid.Nanoseconds + Day) : long.MinValue;
        string Offset(string expression) => ZoneOffsets.Sql(zone, expression, low, until);
        string local = $"ts - {Number(grid.Offset)}";
        return $"(SELECT *, {Offset("start")} AS zone_of_start FROM (SELECT *, {Floor("ts", grid, " + zone")} - {Number(grid.Offset)} AS start"
            + $" FROM (SELECT *, {Offset($"({local})")} AS zone FROM {rows})))";
    }

    /// <summary>Runs one of these texts.</summary>
    public IEnumerable<DuckDBDataReader> Read(DuckDBConnection connection, string text)
    {
        sql(text);
        return connection.Rows(text, [.. Parameters]);
    }

    /// <summary>The same, by whole vectors.</summary>
    public ResultChunks Chunks(DuckDBConnection connection, string text)
    {
        sql(text);
        return new ResultChunks(connection, text, Parameters);
    }

    private List<LeafRow>[] Collect(DuckDBConnection connection, string text, long maxRows)
    {
        List<LeafRow>[] collected = [.. groups.Select(_ => new List<LeafRow>())];
        Dictionary<int, Series> series = groups.SelectMany(group => group.Series).ToDictionary(one => one.Id);
        long count = 0;
        foreach (DuckDBDataReader row in Read(connection, text))
        {
            if (++count > maxRows)
            {
                throw new InfluxQlException($"the answer would have more than {maxRows} rows; add LIMIT or a shorter time range");
            }

            var values = new FieldValue?[leaves.Count];
            for (int at = 0; at < leaves.Count; at++)
            {
                values[at] = Value(row, at + 3, leaves[at], series);
            }

            if (values.Any(value => value is not null))
            {
                collected[row.GetInt32(1)].Add(new LeafRow(row.GetInt64(0), values));
            }
        }

        return collected;
    }

    private static FieldValue? Value(DuckDBDataReader row, int column, Leaf leaf, Dictionary<int, Series> series)
    {
        switch (leaf)
        {
            case Leaf.OfTag tag:
                return series.TryGetValue(row.GetInt32(2), out Series? owner) && owner[tag.Key] is { Length: > 0 } text
                    ? FieldValue.String(text) : null;
            case Leaf.OfField field:
                return Cast(PointReader.Value(row, column, field.Field.Kind), field.Type);
            case Leaf.OfCall { Function.Name: "stddev" } call:
                return row.IsDBNull(column) ? null : Deviation(row, column, call.Field.Kind);
            case Leaf.OfCall call:
                return PointReader.Value(row, column, call.Function.ResultKind(call.Field.Kind));
            default:
                return null;
        }
    }

    private static FieldValue? Deviation(DuckDBDataReader row, int column, FieldKind kind) =>
        Aggregate.StandardDeviation(kind == FieldKind.Float
            ? row.GetFieldValue<List<double>>(column)
            : row.GetFieldValue<List<long>>(column).ConvertAll(value => (double)value)) is { } deviation
            ? FieldValue.Float(deviation) : null;

    // v::integer of a float is its whole part; a cast between other types gives nothing.
    private static FieldValue? Cast(FieldValue? value, string? type) => (value?.Kind, type) switch
    {
        (null, _) => null,
        (_, null or "field") => value,
        (FieldKind.Float, "integer") => FieldValue.Integer((long)value.Value.AsFloat),
        (FieldKind.Integer, "float") => FieldValue.Float(value.Value.AsInteger),
        (FieldKind kind, _) => kind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase) ? value : null,
    };

    private static string List(IEnumerable<int> numbers) => string.Join(',', numbers);

    private static string Number(long value) =>
        value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);
}
