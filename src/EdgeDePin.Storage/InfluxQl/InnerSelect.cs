using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// A SELECT in FROM: its answer becomes relations that the SELECT around it reads like measurements. Where it can it becomes
/// a part of the SQL around it. Otherwise its rows lie in a temporary table of the query's own connection, so they count
/// against the engine's memory limit and end with it.
/// </summary>
internal sealed class InnerSelect(SelectContext context)
{
    /// <summary>So many rows are looked through here in less time than the engine takes to begin.</summary>
    private const int MaxRowsHere = 5_000;

    private int _tables;

    /// <summary>The inner statement with what InfluxDB hands down to it: tags and buckets of the grouping around it, and the direction.</summary>
    public static (Statement.Select Inner, bool InheritedBuckets) Inherit(Statement.Select inner, Statement.Select outer)
    {
        if (inner.Ordered && inner.Descending != outer.Descending)
        {
            throw new InfluxQlException("subqueries must be ordered in the same direction as the query itself");
        }

        bool inherits = inner.Dimensions.Time is null && outer.Dimensions.Time is not null;
        return (inner with
        {
            Descending = outer.Descending,
            // Empty buckets would only be null rows.
            Fill = inner.Dimensions.Time is not null && inner.Fill is null or Fill.Null ? new Fill.Nothing() : inner.Fill,
            Dimensions = inner.Dimensions with
            {
                Time = inner.Dimensions.Time ?? outer.Dimensions.Time,
                Tags = [.. inner.Dimensions.Tags, .. outer.Dimensions.Tags.Except(inner.Dimensions.Tags, StringComparer.Ordinal)],
            },
        }, inherits);
    }

    /// <param name="ownTags">Keys that the inner statement itself groups by: what a wildcard around it spreads.</param>
    public IEnumerable<Relation> Relations(IReadOnlyList<ResultSeries> answer, Func<string, bool> ownTags) =>
        answer.GroupBy(series => series.Name!, StringComparer.Ordinal).Select(group => Relation(group.Key, [.. group], ownTags)).ToList();

    private Relation Relation(string name, List<ResultSeries> answer, Func<string, bool> ownTags)
    {
        ImmutableArray<FieldColumn> fields = [.. answer[0].Columns.Skip(1).Select((column, at) =>
            new FieldColumn(column, KindOf(answer, at + 1), string.Create(CultureInfo.InvariantCulture, $"f{at}")))];
        ImmutableArray<Series> series = [.. answer.Select((one, at) => new Series(at + 1, [.. (one.Tags ?? []).Where(tag => tag.Value.Length > 0)]))];
        ImmutableArray<string> tagKeys = [.. answer.SelectMany(one => one.Tags ?? []).Select(tag => tag.Key)
            .Where(ownTags).Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance)];
        return InfluxQl.Relation.Inner(
            name, fields, series, tagKeys, answer.Sum(one => one.Rows.Count) <= MaxRowsHere ? Rows(answer, fields) : null, () => Store(answer, fields));
    }

    private static List<InnerRow> Rows(List<ResultSeries> answer, ImmutableArray<FieldColumn> fields)
    {
        var rows = new List<InnerRow>();
        for (int series = 0; series < answer.Count; series++)
        {
            foreach (FieldValue?[] values in answer[series].Rows)
            {
                FieldValue?[] row = [values[0], .. fields.Select((field, at) => field.Kind == FieldKind.Float && values[at + 1] is { Kind: FieldKind.Integer } whole ? whole.AsInteger * 1.0 : values[at + 1])];
                rows.Add(new InnerRow(series + 1, values[0]!.Value.AsInteger, rows.Count, row));
            }
        }

        return rows;
    }

    private string Store(List<ResultSeries> answer, ImmutableArray<FieldColumn> fields)
    {
        string table = string.Create(CultureInfo.InvariantCulture, $"inner_{++_tables}");
        context.Connection.Execute(
            $"CREATE TEMP TABLE {table}(series INTEGER, ts BIGINT, nr BIGINT{string.Concat(fields.Select(field => $", {field.Column} {field.SqlType}"))})");
        using DuckDBAppender appender = context.Connection.CreateAppender("temp", "main", table);
        long number = 0;
        for (int series = 0; series < answer.Count; series++)
        {
            foreach (FieldValue?[] values in answer[series].Rows)
            {
                IDuckDBAppenderRow row = appender.CreateRow().AppendValue(series + 1).AppendValue(values[0]!.Value.AsInteger).AppendValue(number++);
                for (int at = 0; at < fields.Length; at++)
                {
                    Append(row, values[at + 1], fields[at].Kind);
                }

                row.EndRow();
            }
        }

        return table;
    }

    private static void Append(IDuckDBAppenderRow row, FieldValue? value, FieldKind kind)
    {
        if (value is not { } given)
        {
            row.AppendNullValue();
            return;
        }

        _ = kind switch
        {
            FieldKind.Float => row.AppendValue(given.Kind == FieldKind.Integer ? given.AsInteger : given.AsFloat),
            FieldKind.Integer => row.AppendValue(given.AsInteger),
            FieldKind.Boolean => row.AppendValue(given.AsBoolean),
            _ => row.AppendValue(given.AsString),
        };
    }

    private static FieldKind KindOf(List<ResultSeries> answer, int column)
    {
        FieldKind[] kinds = [.. answer.SelectMany(series => series.Rows).Select(row => row[column]?.Kind).OfType<FieldKind>().Distinct()];
        return kinds is [] ? FieldKind.Float : kinds is [var only] ? only
            : kinds.Contains(FieldKind.Float) ? FieldKind.Float : kinds[0];
    }
}
