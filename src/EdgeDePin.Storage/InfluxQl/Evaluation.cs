using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// The rows of one relation for one SELECT: what the engine can do is asked in SQL, what it would do differently from
/// InfluxDB in the last digit, or not at all, is done here over its rows.
/// </summary>
/// <param name="scan">Makes the scan of some leaves from a lower to an upper bound.</param>
internal sealed class Evaluation(
    DuckDBConnection connection, Statement.Select select, Columns columns, IReadOnlyList<Leaf> leaves, ImmutableArray<Group> groups,
    Func<IReadOnlyList<Leaf>, long?, long, Scan> scan, long? from, long until, long maxRows)
{
    private TimeBuckets? Grid => select.Dimensions.Time;

    /// <summary>Of each group, in the order of the answer, empty buckets filled.</summary>
    public List<LeafRow>[] Rows()
    {
        if (columns.Calls.IsEmpty)
        {
            return scan(leaves, from, until).Raw(connection, select.Limits, maxRows);
        }

        if (leaves.OfType<Leaf.OfPick>().FirstOrDefault() is { } pick)
        {
            return Picked(pick);
        }

        if (columns.IsLoneSelector && (Grid is null || columns.HasNames))
        {
            List<LeafRow>[] rows = InOrder(scan(leaves, from, until).Selected(connection, maxRows));
            return Grid is null ? rows : [.. rows.Select(group => Filled(group, leaves, from, until))];
        }

        return Joined();
    }

    private List<LeafRow>[] Picked(Leaf.OfPick pick)
    {
        int position = leaves.ToList().IndexOf(pick);
        // The picked value and the tags that it is picked by come behind the columns of the answer.
        Leaf[] wide = [.. leaves.Select(leaf => leaf is Leaf.OfPick ? new Leaf.OfField(pick.Field, null) : leaf), .. pick.Keys.Select(key => new Leaf.OfTag(key))];
        int[] keys = [.. Enumerable.Range(leaves.Count, pick.Keys.Count)];
        return [.. scan(wide, from, until).Raw(connection, limits: null, maxRows).Select(rows => rows
            .Where(row => row.Values[position] is not null)
            .GroupBy(row => Grid?.StartOf(row.Time) ?? from ?? 0)
            .SelectMany(bucket => Picker.Pick(pick, [.. bucket], position, bucket.Key, keys)).ToList())];
    }

    // Every function is a stream of its own, and rows are made of what has the same time.
    private List<LeafRow>[] Joined()
    {
        var streams = new List<List<LeafRow>[]>();
        int[] plain = [.. Positions(leaf => leaf is Leaf.OfCall { Function.OverRows: false })];
        if (plain.Length > 0)
        {
            streams.Add(Widened(Aggregated([.. plain.Select(at => leaves[at])], from, until), plain));
        }

        foreach (int at in Positions(leaf => leaf is Leaf.OfCall { Function.OverRows: true } or Leaf.OfRunning or Leaf.OfIntegral))
        {
            streams.Add(Widened(leaves[at] switch
            {
                Leaf.OfRunning running => Walked(running),
                Leaf.OfIntegral integral => Areas(integral),
                _ => Aggregated([leaves[at]], from, until),
            }, [at]));
        }

        return [.. groups.Select((_, group) => Merged(streams.ConvertAll(stream => stream[group])))];
    }

    private IEnumerable<int> Positions(Func<Leaf, bool> which) => Enumerable.Range(0, leaves.Count).Where(at => which(leaves[at]));

    private List<LeafRow>[] Aggregated(IReadOnlyList<Leaf> some, long? lower, long upper)
    {
        List<LeafRow>[] rows = some is [Leaf.OfCall { Function.OverRows: true } mode]
            ? [.. Values(mode.Field, lower, upper).Select(values => Modes(values, lower))]
            : InOrder(scan(some, lower, upper).Aggregated(connection, maxRows));
        return Grid is null ? rows : [.. rows.Select(group => Filled(group, some, lower, upper))];
    }

    private List<LeafRow> Modes(List<(long Time, FieldValue Value)> values, long? lower) =>
        [.. values.GroupBy(one => Grid?.StartOf(one.Time) ?? lower ?? 0)
            .Select(bucket => new LeafRow(bucket.Key, [Mode.Of([.. select.Descending ? bucket.Reverse() : bucket])]))];

    private List<LeafRow>[] Walked(Leaf.OfRunning running)
    {
        (long? lower, long upper) = (from, until);
        if (running.Inner is not Leaf.OfField && running.Function.LooksBack && Grid is { } grid)
        {
            upper = select.Descending ? (long)Int128.Min(long.MaxValue, (Int128)until + grid.Nanoseconds) : until;
            lower = select.Descending || from is null ? from : (long)Int128.Max(long.MinValue, (Int128)from.Value - grid.Nanoseconds);
        }

        IEnumerable<IEnumerable<(long, FieldValue)>> inputs = running.Inner switch
        {
            Leaf.OfField field => Values(field.Field, lower, upper),
            Leaf.OfIntegral integral => Areas(integral).Select(rows => rows.Select(row => (row.Time, row.Values[0]!.Value))),
            _ => Aggregated([running.Inner], lower, upper)
                .Select(rows => rows.Where(row => row.Values[0] is not null).Select(row => (row.Time, row.Values[0]!.Value))),
        };
        return [.. inputs.Select(values => running.Function.Apply(values, running.Argument, select.Descending)
            .Select(one => new LeafRow(one.Time, [one.Value])).ToList())];
    }

    private List<LeafRow>[] Areas(Leaf.OfIntegral integral) =>
        [.. Values(integral.Field, from, until, ascending: true).Select(values => InOrder(Integral.Of(values, integral.Unit, Grid)
            .ConvertAll(area => new LeafRow(area.Time, [area.Value]))))];

    private IEnumerable<List<(long Time, FieldValue Value)>> Values(
        Duck.FieldColumn field, long? lower, long upper, bool ascending = false) =>
        scan([new Leaf.OfField(field, null)], lower, upper).Raw(connection, limits: null, maxRows, ascending)
            .Select(rows => rows.ConvertAll(row => (row.Time, row.Values[0]!.Value)));

    private List<LeafRow> Filled(List<LeafRow> rows, IReadOnlyList<Leaf> some, long? lower, long upper) =>
        new Buckets(Grid!, select.Fill ?? new Fill.Null(), lower, upper, select.Descending, maxRows).Filled(rows, some);

    private List<LeafRow>[] Widened(List<LeafRow>[] rows, int[] positions) => [.. rows.Select(group => group.ConvertAll(row =>
    {
        var values = new FieldValue?[leaves.Count];
        for (int at = 0; at < positions.Length; at++)
        {
            values[positions[at]] = row.Values[at];
        }

        return row with { Values = values };
    }))];

    private List<LeafRow> Merged(List<List<LeafRow>> streams)
    {
        if (streams.Count == 1)
        {
            return streams[0];
        }

        var merged = new List<LeafRow>();
        int[] next = new int[streams.Count];
        while (true)
        {
            long? time = null;
            for (int at = 0; at < next.Length; at++)
            {
                if (next[at] < streams[at].Count && streams[at][next[at]].Time is var head
                    && (time is null || (select.Descending ? head > time : head < time)))
                {
                    time = head;
                }
            }

            if (time is null)
            {
                return merged;
            }

            var values = new FieldValue?[leaves.Count];
            for (int at = 0; at < next.Length; at++)
            {
                if (next[at] < streams[at].Count && streams[at][next[at]].Time == time)
                {
                    FieldValue?[] part = streams[at][next[at]++].Values;
                    for (int leaf = 0; leaf < part.Length; leaf++)
                    {
                        values[leaf] ??= part[leaf];
                    }
                }
            }

            merged.Add(new LeafRow(time.Value, values));
        }
    }

    private List<LeafRow>[] InOrder(List<LeafRow>[] groups) => [.. groups.Select(InOrder)];

    private List<LeafRow> InOrder(List<LeafRow> rows)
    {
        if (select.Descending)
        {
            rows.Reverse();
        }

        return rows;
    }
}
