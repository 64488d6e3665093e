using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What a SELECT runs with.</summary>
/// <param name="Now">What <c>now()</c> means, in ns.</param>
/// <param name="Sql">Receives each SQL text that is run.</param>
internal sealed record SelectContext(DuckDBConnection Connection, long Now, Action<string> Sql);

/// <summary>A SELECT from the relations that exist, to the series of its answer.</summary>
internal sealed class SelectQuery
{
    /// <summary>An answer beyond this is no answer for a dashboard, and would not fit into a small device.</summary>
    private const long MaxRows = 1_000_000;

    private readonly SelectContext _context;
    private readonly Statement.Select _select;
    private readonly IReadOnlyList<Relation> _relations;
    private readonly TimeRange _range;
    private readonly Expression? _condition;
    private readonly ImmutableArray<string> _keys;
    private readonly Columns _columns;
    private readonly long _until;
    private long _rows;

    /// <param name="outer">The range of the SELECT around it, which bounds an inner one.</param>
    /// <param name="inheritedBuckets">GROUP BY time is that of the SELECT around it.</param>
    public SelectQuery(
        SelectContext context, Statement.Select select, IReadOnlyList<Relation> relations, TimeRange? outer = null, bool inheritedBuckets = false)
    {
        (_context, _select, _relations) = (context, select, relations);
        (_range, _condition) = TimeRange.Split(select.Where, context.Now, select.Zone);
        _range = outer is null ? _range : _range.And(outer);
        _keys = Groups.Keys(select.Dimensions, relations);
        // Where GROUP BY takes tags by * or a pattern, SELECT * is about fields only.
        bool spread = select.Dimensions.All || !select.Dimensions.Regexes.IsEmpty;
        _columns = new Columns(select, relations, [.. _keys], withTags: !spread, inheritedBuckets);
        _until = _range.Until ?? (select.Dimensions.Time is null ? long.MaxValue : context.Now);
    }

    public IReadOnlyList<ResultSeries> Run()
    {
        if (_columns.All.IsEmpty)
        {
            return [];
        }

        List<ResultSeries> series = [.. _relations.SelectMany(Answer)];
        // InfluxDB 1.6 gives the series of a lone integral without buckets backwards.
        bool backwards = _select.Descending != (_select.Dimensions.Time is null && _columns.Calls is [{ Function: "integral" }]);
        return [.. backwards ? Enumerable.Reverse(series) : series];
    }

    private List<ResultSeries> Answer(Relation relation)
    {
        var leaves = new Leaves(relation, _select.Dimensions.Time);
        foreach (Column column in _columns.All)
        {
            leaves.Add(column.Expression);
        }

        // Tags alone, or names that this relation does not have, make no series.
        if (!leaves.All.Any(leaf => _columns.Calls.IsEmpty
            ? leaf is Leaf.OfField || (relation.IsDerived && leaf is Leaf.OfTag)
            : leaf is Leaf.OfCall or Leaf.OfRunning or Leaf.OfIntegral or Leaf.OfPick))
        {
            return [];
        }

        var condition = new SqlCondition(relation);
        ImmutableArray<Group> groups = Groups.Limited(
            Groups.Of(relation, _keys, condition.SeriesOnly(_condition)), _select.Limits);
        if (groups.All(group => group.Series.IsEmpty))
        {
            return [];
        }

        string where = condition.Translate(_condition);
        Scan Scan(IReadOnlyList<Leaf> some, long? lower, long upper) =>
            new(relation, groups, some, condition, where, _select, lower, upper, _context.Sql);
        List<LeafRow>[] rows = new Evaluation(
            _context.Connection, _select, _columns, leaves.All, groups, Scan, _range.From, _until, MaxRows - _rows).Rows();
        var answer = new List<ResultSeries>();
        for (int at = 0; at < groups.Length; at++)
        {
            List<FieldValue?[]> values = Values(rows[at], leaves);
            if (values.Count > 0)
            {
                answer.Add(new ResultSeries(
                    relation.Name, groups[at].Tags, [_columns.TimeName, .. _columns.All.Select(column => column.Name)], values, HasTime: true, _select.Zone));
            }
        }

        return answer;
    }

    private List<FieldValue?[]> Values(List<LeafRow> rows, Leaves leaves)
    {
        _rows += rows.Count;
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
