namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A row on its way to the answer: an instant, and a value for each leaf.</summary>
internal sealed record LeafRow(long Time, FieldValue?[] Values);

/// <summary>Rows for the empty buckets of GROUP BY time, as fill() says; each function is filled on its own.</summary>
internal static class Buckets
{
    /// <param name="rows">Of one group, sorted by time.</param>
    /// <param name="from">The lower bound of the query, or null: from the first value on.</param>
    /// <param name="maxRows">More rows than this are refused.</param>
    public static List<LeafRow> Filled(
        List<LeafRow> rows, IReadOnlyList<Leaf> leaves, TimeBuckets buckets, Fill fill, long? from, long until, long maxRows)
    {
        if (fill is Fill.Nothing || rows.Count == 0)
        {
            return rows;
        }

        long first = from is { } bound ? buckets.StartOf(bound) : rows[0].Time;
        long last = Math.Max(buckets.StartOf(until), rows[^1].Time);
        Int128 count = (((Int128)last - first) / buckets.Nanoseconds) + 1;
        if (count > maxRows)
        {
            throw new InfluxQlException($"the answer would have more than {maxRows} rows; use a longer interval or a shorter time range");
        }

        var filled = new List<LeafRow>((int)count);
        var previous = new FieldValue?[leaves.Count];
        bool[] begun = [.. leaves.Select((_, at) => rows.Exists(row => row.Values[at] is not null) && from is not null)];
        bool[] present = [.. leaves.Select((_, at) => rows.Exists(row => row.Values[at] is not null))];
        int next = 0;
        for (Int128 time = first; time <= last; time += buckets.Nanoseconds)
        {
            FieldValue?[] values = next < rows.Count && rows[next].Time == time ? rows[next++].Values : new FieldValue?[leaves.Count];
            for (int at = 0; at < leaves.Count; at++)
            {
                begun[at] |= values[at] is not null;
                // A function without any value in the group is left empty, except by a number.
                if ((begun[at] && present[at]) || fill is Fill.Value)
                {
                    values[at] ??= Value(leaves[at], fill, previous[at]);
                }

                previous[at] = values[at];
            }

            filled.Add(new LeafRow((long)time, values));
        }

        return filled;
    }

    private static FieldValue? Value(Leaf leaf, Fill fill, FieldValue? previous) => (leaf, fill) switch
    {
        (Leaf.OfCall { Function.Name: "count" }, Fill.Null) => FieldValue.Integer(0),
        (_, Fill.Previous) => previous,
        (Leaf.OfCall call, Fill.Value number) => call.Function.ResultKind(call.Field.Kind) switch
        {
            FieldKind.Integer => FieldValue.Integer((long)number.Number),
            FieldKind.Float => FieldValue.Float(number.Number),
            _ => null,
        },
        _ => null,
    };
}
