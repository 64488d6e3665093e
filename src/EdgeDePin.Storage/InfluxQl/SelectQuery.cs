using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A SELECT from the measurements that exist, to the series of its answer.</summary>
internal sealed class SelectQuery
{
    /// <summary>An answer beyond this is no answer for a dashboard, and would not fit into a small device.</summary>
    private const long MaxRows = 1_000_000;

    private readonly DuckDBConnection _connection;
    private readonly Statement.Select _select;
    private readonly IReadOnlyList<MeasurementSchema> _measurements;
    private readonly TimeRange _range;
    private readonly Expression? _condition;
    private readonly ImmutableArray<string> _keys;
    private readonly Columns _columns;
    private readonly long _until;
    private long _rows;

    public SelectQuery(DuckDBConnection connection, Statement.Select select, IReadOnlyList<MeasurementSchema> measurements, long now)
    {
        (_connection, _select, _measurements) = (connection, select, measurements);
        (_range, _condition) = TimeRange.Split(select.Where, now);
        _keys = Groups.Keys(select.Dimensions, measurements);
        // Where GROUP BY takes tags by * or a pattern, SELECT * is about fields only.
        bool spread = select.Dimensions.All || !select.Dimensions.Regexes.IsEmpty;
        _columns = new Columns(select, measurements, [.. _keys], withTags: !spread);
        _until = _range.Until ?? (select.Dimensions.Time is null ? long.MaxValue : now);
    }

    public IReadOnlyList<ResultSeries> Run()
    {
        if (_columns.All.IsEmpty)
        {
            return [];
        }

        IEnumerable<ResultSeries> series = _measurements.SelectMany(Answer);
        return [.. _select.Descending ? series.Reverse() : series];
    }

    private List<ResultSeries> Answer(MeasurementSchema measurement)
    {
        var leaves = new Leaves(measurement);
        foreach (Column column in _columns.All)
        {
            leaves.Add(column.Expression);
        }

        // Tags alone, or names that this measurement does not have, make no series.
        if (!leaves.All.Any(leaf => _columns.Calls.IsEmpty ? leaf is Leaf.OfField : leaf is Leaf.OfCall))
        {
            return [];
        }

        var condition = new SqlCondition(measurement);
        ImmutableArray<Group> groups = Groups.Limited(
            Groups.Of(measurement, _keys, condition.SeriesOnly(_condition)), _select.Limits);
        if (groups.All(group => group.Series.IsEmpty))
        {
            return [];
        }

        var scan = new Scan(measurement, groups, leaves.All, condition, condition.Translate(_condition), _range.From, _until);
        List<LeafRow>[] rows = scan.Read(_connection, _select, _columns, MaxRows);
        var answer = new List<ResultSeries>();
        for (int at = 0; at < groups.Length; at++)
        {
            List<FieldValue?[]> values = Values(rows[at], leaves);
            if (values.Count > 0)
            {
                answer.Add(new ResultSeries(measurement.Name, groups[at].Tags, ["time", .. _columns.All.Select(column => column.Name)], values));
            }
        }

        return answer;
    }

    private List<FieldValue?[]> Values(List<LeafRow> rows, Leaves leaves)
    {
        if (_select.Dimensions.Time is { } buckets)
        {
            rows = Buckets.Filled(rows, leaves.All, buckets, _select.Fill ?? new Fill.Null(), _range.From, _until, MaxRows - _rows);
        }

        _rows += rows.Count;
        if (_select.Descending && !_columns.Calls.IsEmpty)
        {
            rows.Reverse();
        }

        IEnumerable<LeafRow> page = rows.Skip(Clamp(_select.Limits.RowOffset));
        if (_select.Limits.Rows is { } limit)
        {
            page = page.Take(Clamp(limit));
        }

        return [.. page.Select(row => (FieldValue?[])
            [row.Time, .. _columns.All.Select(column => Arithmetic.Evaluate(column.Expression, leaves, row.Values))])];
    }

    private static int Clamp(long count) => (int)Math.Min(count, int.MaxValue);
}
