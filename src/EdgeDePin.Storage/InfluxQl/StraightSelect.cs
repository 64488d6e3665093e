using System.Collections.Immutable;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// A SELECT whose columns are what the engine gives, row for row: fields as they are, or aggregates of buckets. That is what
/// dashboards ask most and what has most rows, so nothing is made of a row on its way but its place in a table.
/// </summary>
internal sealed class StraightSelect(
    DuckDBConnection connection, Statement.Select select, ImmutableArray<Group> groups, IReadOnlyList<Leaf> leaves, int[] positions,
    Scan scan, long? from, long until, long maxRows)
{
    /// <summary>Buckets of all groups that are laid out at once; each takes four bytes.</summary>
    private const long MaxPlaces = 4_000_000;

    private TimeBuckets? Grid => select.Dimensions.Time;

    private long First => Grid!.StartOf(from!.Value);

    private long BucketsEach => ((Grid!.StartOf(until) - First) / Grid.Nanoseconds) + 1;

    /// <summary>The leaf of each column; null where a column is more than a leaf, or the leaves are more than the engine gives.</summary>
    public static int[]? Fits(Columns columns, Leaves leaves, Statement.Select select, Relation relation, long? from, long until, int groups)
    {
        if (!columns.All.All(column => column.Expression is Expression.Name or Expression.Call { IsMath: false }))
        {
            return null;
        }

        bool fits = columns.Calls.IsEmpty
            ? leaves.All.All(leaf => leaf is Leaf.OfField { Type: null or "field" }) && select.Dimensions.Time is null
            : select is { Dimensions.Time.Zone: null, Descending: false, Fill: null or Fill.Nothing or Fill.Null } && select.Dimensions.Time is { } grid
                && !columns.HasNames && !relation.IsDerived && from is { } lower && lower >= grid.Offset && grid.Offset >= 0 && until >= lower
                && leaves.All.All(leaf => leaf is Leaf.OfCall { Function.IsSql: true })
                && (((Int128)until - lower) / grid.Nanoseconds + 2) * groups <= MaxPlaces;
        return fits ? [.. columns.All.Select(column => leaves.PositionOf(column.Expression))] : null;
    }

    /// <summary>Of each group, in the order of the answer.</summary>
    public TableRows[] Rows() => Grid is null ? Raw() : Bucketed();

    private TableRows[] Raw()
    {
        var table = new ColumnTable(Kinds(), 256);
        int[] ends = new int[groups.Length];
        using ResultChunks chunk = scan.Chunks(connection, scan.RawSql(select.Limits));
        while (chunk.Next())
        {
            int before = Take(table, chunk, 3);
            ReadOnlySpan<int> group = chunk.Ints(1);
            for (int row = 0; row < group.Length; row++)
            {
                ends[group[row]] = before + row + 1;
            }
        }

        var rows = new TableRows[groups.Length];
        int start = 0;
        for (int at = 0; at < rows.Length; at++)
        {
            int end = Math.Max(start, ends[at]);
            rows[at] = new TableRows(table, start, end - start, positions).Slice(
                (int)Math.Min(select.Limits.RowOffset, int.MaxValue), (int)Math.Min(select.Limits.Rows ?? int.MaxValue, int.MaxValue));
            start = end;
        }

        return rows;
    }

    // The engine gives the buckets in any order; each has its place, so that nothing needs sorting.
    private TableRows[] Bucketed()
    {
        bool fills = select.Fill is not Fill.Nothing;
        if (fills && BucketsEach * groups.Length > maxRows)
        {
            throw TooMany();
        }

        var table = new ColumnTable(Kinds(), 1_024);
        int[] places = new int[BucketsEach * groups.Length];
        int[] filled = new int[groups.Length];
        int[]? groupOf = scan.IsBySeries ? GroupOfSeries() : null;
        (long first, long each, long length) = (First, BucketsEach, Grid!.Nanoseconds);
        using ResultChunks chunk = scan.Chunks(connection, scan.BucketSql());
        while (chunk.Next())
        {
            int before = Take(table, chunk, 2);
            ReadOnlySpan<long> instants = chunk.Longs(0);
            ReadOnlySpan<int> numbers = chunk.Ints(1);
            for (int row = 0; row < instants.Length; row++)
            {
                if (table.HasAny(before + row))
                {
                    int group = groupOf is null ? numbers[row] : groupOf[numbers[row]];
                    places[(group * each) + ((instants[row] - first) / length)] = before + row + 1;
                    filled[group]++;
                }
            }
        }

        return Laid(table, places, filled, fills);
    }

    private TableRows[] Laid(ColumnTable table, int[] places, int[] filled, bool fills)
    {
        (long first, long each) = (First, BucketsEach);
        var ordered = new ColumnTable(table.Kinds, fills ? checked((int)(each * filled.Count(count => count > 0))) : table.Count);
        var rows = new TableRows[groups.Length];
        for (int group = 0; group < rows.Length; group++)
        {
            int start = ordered.Count;
            bool[]? counted = fills && filled[group] > 0 ? Counted(table, places.AsSpan((int)(group * each), (int)each)) : null;
            for (int bucket = 0; bucket < each && filled[group] > 0; bucket++)
            {
                int place = places[(group * each) + bucket];
                if (place > 0)
                {
                    ordered.AddFrom(table, place - 1);
                }
                else if (fills)
                {
                    ordered.Add(first + (bucket * Grid!.Nanoseconds));
                }

                if (counted is not null)
                {
                    FillCounts(ordered, counted);
                }
            }

            rows[group] = new TableRows(ordered, start, ordered.Count - start, positions).Slice(
                (int)Math.Min(select.Limits.RowOffset, int.MaxValue), (int)Math.Min(select.Limits.Rows ?? int.MaxValue, int.MaxValue));
        }

        return rows;
    }

    // A count that has a value in the group is 0 in its empty buckets.
    private bool[]? Counted(ColumnTable table, ReadOnlySpan<int> places)
    {
        bool[]? counted = null;
        for (int column = 0; column < leaves.Count; column++)
        {
            if (leaves[column] is not Leaf.OfCall { Function.Counts: true })
            {
                continue;
            }

            foreach (int place in places)
            {
                if (place > 0 && table.Has(place - 1, column))
                {
                    (counted ??= new bool[leaves.Count])[column] = true;
                    break;
                }
            }
        }

        return counted;
    }

    private static void FillCounts(ColumnTable table, bool[] counted)
    {
        for (int column = 0; column < counted.Length; column++)
        {
            if (counted[column] && !table.Has(table.Count - 1, column))
            {
                table.Set(column, 0L);
            }
        }
    }

    private int[] GroupOfSeries()
    {
        int[] groupOf = new int[groups.SelectMany(group => group.Series).Max(series => series.Id) + 1];
        for (int at = 0; at < groups.Length; at++)
        {
            foreach (Series series in groups[at].Series)
            {
                groupOf[series.Id] = at;
            }
        }

        return groupOf;
    }

    /// <returns>The rows before.</returns>
    private int Take(ColumnTable table, ResultChunks chunk, int firstColumn)
    {
        int before = table.Count;
        if (before + chunk.Count > maxRows)
        {
            throw TooMany();
        }

        table.AddRows(chunk, firstColumn);
        return before;
    }

    private List<FieldKind> Kinds() => [.. leaves.Select(leaf => leaf switch
    {
        Leaf.OfCall call => call.Function.ResultKind(call.Field.Kind),
        _ => ((Leaf.OfField)leaf).Field.Kind,
    })];

    private InfluxQlException TooMany() =>
        new($"the answer would have more than {maxRows} rows; add LIMIT, a longer interval or a shorter time range");
}
