using System.Collections.Immutable;
using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What a SELECT runs with.</summary>
/// <param name="Now">What <c>now()</c> means, in ns.</param>
/// <param name="Sql">Receives each SQL text that is run.</param>
internal sealed record SelectContext(DuckDBConnection Connection, long Now, Action<string> Sql)
{
    private int _conditions;

    /// <summary>A beginning for names of parameters that no other part of the query has.</summary>
    public string NextPrefix() => string.Create(CultureInfo.InvariantCulture, $"p{_conditions++}_");
}

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

        IEnumerable<ResultSeries> series = _relations.SelectMany(Answer);
        return [.. _select.Descending ? series.Reverse() : series];
    }

    /// <summary>The rows as SQL that a SELECT around this one can read; null where they are made here, or come with a limit.</summary>
    /// <param name="ownTags">Keys that this statement itself groups by.</param>
    public Relation? AsRelation(Relation relation, Func<string, bool> ownTags)
    {
        if (_select.Limits is not { Rows: null, RowOffset: 0, Series: null, SeriesOffset: 0 }
            || (_select.Dimensions.Time is not null && _select.Fill is not Fill.Nothing && !_columns.Calls.IsEmpty)
            || (_columns.IsLoneSelector && _select.Dimensions.Time is null) || Prepare(relation) is not { } ready)
        {
            return null;
        }

        (Leaves leaves, ImmutableArray<Group> groups, Func<IReadOnlyList<Leaf>, ImmutableArray<Group>, long?, long, Scan> scan) = ready;
        var sql = new ColumnSql(leaves);
        ColumnSql.Typed?[] columns = [.. _columns.All.Select(column => sql.Of(column.Expression))];
        if (!leaves.All.All(leaf => _columns.Calls.IsEmpty ? leaf is Leaf.OfField { Type: null } or Leaf.OfTag : leaf is Leaf.OfCall { Function.IsSql: true })
            || !leaves.All.Any(leaf => leaf is not Leaf.OfTag)
            || columns.Any(column => column is null))
        {
            return null;
        }

        Scan rows = scan(leaves.All, groups, _range.From, _until);
        string table = _columns.Calls.IsEmpty ? rows.RawTable() : rows.AggregatedTable();
        FieldColumn[] fields = [.. columns.Select((column, at) => new FieldColumn(
            _columns.All[at].Name, column!.Kind, string.Create(CultureInfo.InvariantCulture, $"f{at}")))];
        string selected = string.Concat(columns.Select((column, at) => $", {column!.Sql} AS {fields[at].Column}"));
        return Relation.Derived(relation.Name, [.. fields],
            [.. groups.Select((group, at) => new Series(rows.IsTableBySeries ? group.Series[0].Id : at, [.. (group.Tags ?? []).Where(tag => tag.Value.Length > 0)]))],
            [.. groups.SelectMany(group => group.Tags ?? []).Select(tag => tag.Key).Where(ownTags).Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance)],
            $"(SELECT ts, grp AS series, nr{selected} FROM {table})", [.. rows.Parameters]);
    }

    // Null: nothing that could have rows.
    private (Leaves Leaves, ImmutableArray<Group> Groups, Func<IReadOnlyList<Leaf>, ImmutableArray<Group>, long?, long, Scan> Scan)? Prepare(Relation relation)
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
            return null;
        }

        var condition = new SqlCondition(relation, _context.NextPrefix());
        ImmutableArray<Group> groups = Groups.Limited(
            Groups.Of(relation, _keys, condition.SeriesOnly(_condition)), _select.Limits);
        if (groups.All(group => group.Series.IsEmpty))
        {
            return null;
        }

        string where = condition.Translate(_condition);
        return (leaves, groups, (some, those, lower, upper) =>
            new Scan(relation, those, some, condition, where, _select, lower, upper, _context.Sql));
    }

    private List<ResultSeries> Answer(Relation relation)
    {
        if (Prepare(relation) is not { } ready)
        {
            return [];
        }

        (Leaves leaves, ImmutableArray<Group> groups, Func<IReadOnlyList<Leaf>, ImmutableArray<Group>, long?, long, Scan> scan) = ready;
        IReadOnlyList<IReadOnlyList<FieldValue?[]>> rows = Rows(relation, leaves, groups, scan);
        var answer = new List<ResultSeries>();
        for (int at = 0; at < groups.Length; at++)
        {
            if (rows[at].Count > 0)
            {
                answer.Add(new ResultSeries(
                    relation.Name, groups[at].Tags, [_columns.TimeName, .. _columns.All.Select(column => column.Name)], rows[at], HasTime: true, _select.Zone));
            }
        }

        return answer;
    }

    // The shortest way that gives the answer.
    private IReadOnlyList<IReadOnlyList<FieldValue?[]>> Rows(
        Relation relation, Leaves leaves, ImmutableArray<Group> groups, Func<IReadOnlyList<Leaf>, ImmutableArray<Group>, long?, long, Scan> scan)
    {
        if (HereSelect.Rows(relation, _select, _columns, leaves.All, groups, _condition) is { } here)
        {
            return [.. here.Select(rows => Values(rows, leaves))];
        }

        if (LastSelect.Of(relation, _select, _columns, leaves.All, _condition, () => Filter(relation), _range.From, _until) is { } newest)
        {
            return [.. Newest(newest, groups, rest => Evaluated(leaves, rest, scan)).Select(rows => Values(rows, leaves))];
        }

        if (StraightSelect.Fits(_columns, leaves, _select, relation, _range.From, _until, groups.Length) is { } positions)
        {
            TableRows[] straight = new StraightSelect(
                _context.Connection, _select, groups, leaves.All, positions, scan(leaves.All, groups, _range.From, _until), _range.From, _until, MaxRows - _rows).Rows();
            _rows += straight.Sum(rows => rows.Count);
            return straight;
        }

        return [.. Evaluated(leaves, groups, scan).Select(rows => Values(rows, leaves))];
    }

    private RowFilter Filter(Relation relation)
    {
        var condition = new SqlCondition(relation, "newest_");
        string sql = condition.Translate(_condition);
        Func<Series, bool> admitted = condition.SeriesOnly(_condition);
        return new RowFilter(sql, condition.Parameters, condition.Fields, [.. relation.Series.Where(admitted).Select(series => series.Id)]);
    }

    private List<LeafRow>[] Evaluated(
        Leaves leaves, ImmutableArray<Group> groups, Func<IReadOnlyList<Leaf>, ImmutableArray<Group>, long?, long, Scan> scan) =>
        new Evaluation(
            _context.Connection, _select, _columns, leaves.All, groups, (some, lower, upper) => scan(some, groups, lower, upper),
            _range.From, _until, MaxRows - _rows).Rows();

    // What the newest values cannot tell is asked of the engine, for those groups alone.
    private static List<LeafRow>[] Newest(LastSelect newest, ImmutableArray<Group> groups, Func<ImmutableArray<Group>, List<LeafRow>[]> engine)
    {
        var rows = new List<LeafRow>[groups.Length];
        var rest = new List<int>();
        for (int at = 0; at < groups.Length; at++)
        {
            if (!newest.TryRow(groups[at], out LeafRow? row))
            {
                rest.Add(at);
            }

            rows[at] = row is null ? [] : [row];
        }

        if (rest.Count > 0)
        {
            List<LeafRow>[] asked = engine([.. rest.Select(at => groups[at])]);
            for (int at = 0; at < rest.Count; at++)
            {
                rows[rest[at]] = asked[at];
            }
        }

        return rows;
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
