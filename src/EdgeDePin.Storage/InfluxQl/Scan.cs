using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// The SQL of a SELECT over one measurement, and its rows sorted into groups. Every name in it is ours and every number is
/// printed from a number; texts are parameters of the condition.
/// </summary>
internal sealed class Scan(
    MeasurementSchema measurement, ImmutableArray<Group> groups, IReadOnlyList<Leaf> leaves, SqlCondition condition,
    string where, long? from, long until)
{
    private bool OneSeriesEach => groups.All(group => group.Series.Length <= 1);

    public List<LeafRow>[] Read(DuckDBConnection connection, Statement.Select select, Columns columns, long maxRows)
    {
        string bucket = Bucket(select.Dimensions.Time);
        bool picks = columns.IsLoneSelector && (select.Dimensions.Time is null || columns.HasNames);
        string sql = columns.Calls.IsEmpty ? Raw(select)
            : picks ? Picked(bucket, select.Dimensions.Time is not null)
            : Aggregated(bucket);
        return Collect(connection, sql, maxRows);
    }

    // time, group, series, and a column per leaf: the shape of all three kinds.
    private string Raw(Statement.Select select)
    {
        string order = $"ts{(select.Descending ? " DESC" : "")}, rank";
        string some = string.Join(" OR ", leaves.OfType<Leaf.OfField>().Select(leaf => $"{leaf.Field.Column} IS NOT NULL"));
        string limited = select.Limits.Rows is { } rows
            ? $" QUALIFY row_number() OVER (PARTITION BY grp ORDER BY {order}) <= {Number(Math.Min(rows, long.MaxValue / 4) + Math.Min(select.Limits.RowOffset, long.MaxValue / 4))}"
            : "";
        return $"SELECT ts, grp, series{LeafColumns()} FROM {Rows(ranked: true)} WHERE ({where}) AND ({some}){limited} ORDER BY grp, {order}";
    }

    private string Picked(string bucket, bool bucketed)
    {
        Leaf.OfCall call = leaves.OfType<Leaf.OfCall>().Single();
        string partition = $"PARTITION BY grp{(bucketed ? $", {bucket}" : "")}";
        string c = call.Field.Column;
        string rank = call.Function.Name == "percentile"
            ? Aggregate.Rank($"count(*) OVER ({partition})", call.Percent)
            : "1";
        return $"SELECT {(bucketed ? bucket : "ts")} AS instant, grp, series{LeafColumns()} FROM {Rows(ranked: true)} WHERE ({where}) AND {c} IS NOT NULL"
            + $" QUALIFY row_number() OVER ({partition} ORDER BY {call.Function.Order(c, call.Field.Kind)}, rank) = {rank} ORDER BY grp, instant";
    }

    private string Aggregated(string bucket)
    {
        string columns = string.Concat(leaves.Select(leaf => leaf is Leaf.OfCall call
            ? $", {call.Function.Sql(call.Field.Column, call.Field.Kind, call.Percent, OneSeriesEach)}" : ", NULL"));
        return $"SELECT {bucket} AS instant, grp, 0{columns} FROM {Rows(ranked: false)} WHERE {where} GROUP BY ALL ORDER BY grp, instant";
    }

    private string LeafColumns() => string.Concat(leaves.Select(leaf => leaf switch
    {
        Leaf.OfField field => $", {field.Field.Column}",
        Leaf.OfCall call => $", {call.Field.Column}",
        _ => ", NULL",
    }));

    private string Bucket(TimeBuckets? buckets)
    {
        if (buckets is null)
        {
            return Number(from ?? 0);
        }

        // The engine's % has the sign of the dividend, and instants before 1970 are negative.
        (string length, string offset) = (Number(buckets.Nanoseconds), Number(buckets.Offset));
        return $"(ts - ((ts - {offset}) % {length} + {length}) % {length})";
    }

    private string Rows(bool ranked)
    {
        IEnumerable<FieldColumn> fields = leaves.OfType<Leaf.OfField>().Select(leaf => leaf.Field)
            .Concat(leaves.OfType<Leaf.OfCall>().Select(leaf => leaf.Field))
            .Concat(condition.Fields).Distinct();
        HashSet<int> admitted = [.. groups.SelectMany(group => group.Series).Select(series => series.Id)];
        string bounds = $"ts <= {Number(until)}{(from is { } lower ? $" AND ts >= {Number(lower)}" : "")}"
            + $" AND {condition.InSeries(series => admitted.Contains(series.Id))}";
        string rows = measurement.Rows(fields, bounds);
        if (groups.Length == 1 && (!ranked || OneSeriesEach))
        {
            return $"(SELECT *, 0 AS grp, 0 AS rank FROM {rows})";
        }

        int at = 0;
        var members = groups.SelectMany((group, number) => group.Series.Select(series => (series.Id, Group: number, Rank: at++))).ToList();
        return $"(SELECT * FROM {rows} JOIN (SELECT unnest([{List(members.Select(member => member.Id))}]) AS series, "
            + $"unnest([{List(members.Select(member => member.Group))}]) AS grp, unnest([{List(members.Select(member => member.Rank))}]) AS rank) USING (series))";
    }

    private List<LeafRow>[] Collect(DuckDBConnection connection, string sql, long maxRows)
    {
        List<LeafRow>[] collected = [.. groups.Select(_ => new List<LeafRow>())];
        Dictionary<int, Series> series = groups.SelectMany(group => group.Series).ToDictionary(one => one.Id);
        long count = 0;
        foreach (DuckDBDataReader row in connection.Rows(sql, [.. condition.Parameters]))
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
