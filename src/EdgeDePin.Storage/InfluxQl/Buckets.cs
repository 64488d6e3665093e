namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A row on its way to the answer: an instant, and a value for each leaf.</summary>
internal sealed record LeafRow(long Time, FieldValue?[] Values);

/// <summary>Rows for the empty buckets of GROUP BY time, as fill() says; each function is filled on its own.</summary>
/// <param name="from">The lower bound of the query, or null: from the first value on.</param>
/// <param name="maxRows">More rows than this are refused.</param>
internal sealed class Buckets(TimeBuckets grid, Fill fill, long? from, long until, bool descending, long maxRows)
{
    /// <param name="rows">Of one group, in the order of the answer.</param>
    public List<LeafRow> Filled(List<LeafRow> rows, IReadOnlyList<Leaf> leaves)
    {
        if (fill is Fill.Nothing || rows.Count == 0)
        {
            return rows;
        }

        List<long> times = Times(rows);
        var filled = new List<LeafRow>(times.Count);
        int next = 0;
        foreach (long time in times)
        {
            filled.Add(next < rows.Count && rows[next].Time == time ? rows[next++] : new LeafRow(time, new FieldValue?[leaves.Count]));
        }

        for (int at = 0; at < leaves.Count; at++)
        {
            Fill(filled, at, leaves[at]);
        }

        return filled;
    }

    private List<long> Times(List<LeafRow> rows)
    {
        (long low, long high) = descending ? (rows[^1].Time, rows[0].Time) : (rows[0].Time, rows[^1].Time);
        low = from is { } bound ? Math.Min(grid.StartOf(bound), low) : low;
        high = Math.Max(grid.StartOf(until), high);
        if ((((Int128)high - low) / grid.Nanoseconds) + 1 > maxRows)
        {
            throw new InfluxQlException($"the answer would have more than {maxRows} rows; use a longer interval or a shorter time range");
        }

        var times = new List<long>();
        for (long time = low; time <= high; time = grid.After(time))
        {
            times.Add(time);
            if (time > high - 1 || grid.After(time) <= time)
            {
                break;
            }
        }

        if (descending)
        {
            times.Reverse();
        }

        return times;
    }

    // A function without any value in the group is left empty, except by a number. Without a lower bound it has no rows
    // before its first value.
    private void Fill(List<LeafRow> rows, int at, Leaf leaf)
    {
        int first = rows.FindIndex(row => row.Values[at] is not null), last = rows.FindLastIndex(row => row.Values[at] is not null);
        if (first < 0 && fill is not Storage.InfluxQl.Fill.Value)
        {
            return;
        }

        if (from is null && fill is not Storage.InfluxQl.Fill.Value)
        {
            rows = descending ? rows.GetRange(0, last + 1) : rows.GetRange(first, rows.Count - first);
        }

        int before = -1;
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Values[at] is not null)
            {
                before = row;
                continue;
            }

            rows[row].Values[at] = Value(rows, row, at, leaf, before);
        }
    }

    private FieldValue? Value(List<LeafRow> rows, int row, int at, Leaf leaf, int before) => (leaf, fill) switch
    {
        (Leaf.OfCall { Function.Counts: true }, Storage.InfluxQl.Fill.Null) => FieldValue.Integer(0),
        (_, Storage.InfluxQl.Fill.Previous) => before < 0 ? null : rows[before].Values[at],
        (_, Storage.InfluxQl.Fill.Linear) => before < 0 ? null : Between(rows, row, at, before),
        (Leaf.OfCall call, Storage.InfluxQl.Fill.Value number) => call.Function.ResultKind(call.Field.Kind) switch
        {
            FieldKind.Integer => FieldValue.Integer((long)number.Number),
            FieldKind.Float => FieldValue.Float(number.Number),
            _ => null,
        },
        _ => null,
    };

    private FieldValue? Between(List<LeafRow> rows, int row, int at, int before)
    {
        int after = rows.FindIndex(row, later => later.Values[at] is not null);
        if (after < 0 || rows[before].Values[at] is not { Kind: FieldKind.Float or FieldKind.Integer } left)
        {
            return null;
        }

        // In buckets, not in ns, as InfluxDB computes it: the last digit depends on it.
        long start = rows[before].Time / grid.Nanoseconds;
        double step = (rows[after].Time / grid.Nanoseconds) - start, distance = (rows[row].Time / grid.Nanoseconds) - start;
        FieldValue right = rows[after].Values[at]!.Value;
        return left.Kind == FieldKind.Integer
            ? FieldValue.Integer((long)((unchecked(right.AsInteger - left.AsInteger) / step * distance) + left.AsInteger))
            : FieldValue.Float(((right.AsFloat - left.AsFloat) / step * distance) + left.AsFloat);
    }
}
