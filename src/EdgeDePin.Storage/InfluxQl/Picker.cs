namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Functions that choose several rows of a bucket: distinct, top, bottom, sample. Each stands alone in its SELECT.</summary>
internal static class Picker
{
    /// <summary>Samples are drawn by a generator of fixed seed: the same question has the same answer.</summary>
    private const int SampleSeed = 0x1F_10;

    public static bool IsPicker(string function) => function is "distinct" or "top" or "bottom" or "sample";

    /// <param name="rows">Of one bucket, in the order of the answer.</param>
    /// <param name="position">Of the picked value in a row.</param>
    /// <param name="start">What distinct gives as time.</param>
    /// <param name="keys">Positions of the tags that top and bottom take one row of each.</param>
    public static IEnumerable<LeafRow> Pick(Leaf.OfPick pick, List<LeafRow> rows, int position, long start, IReadOnlyList<int> keys)
    {
        switch (pick.Function)
        {
            case "distinct":
                var seen = new HashSet<FieldValue>();
                return rows.Where(row => seen.Add(row.Values[position]!.Value))
                    .OrderBy(row => row.Time).ThenBy(row => row.Values[position]!.Value, Values.Order).Select(row => row with { Time = start });
            case "sample":
                return Sample(rows, pick.Count);
            default:
                int sign = pick.Function == "top" ? -1 : 1;
                Comparer<LeafRow> best = Comparer<LeafRow>.Create((a, b) =>
                    Values.Compare(a.Values[position]!.Value, b.Values[position]!.Value) is var order and not 0
                        ? sign * order : a.Time.CompareTo(b.Time));
                IEnumerable<LeafRow> candidates = keys.Count == 0 ? rows
                    : rows.GroupBy(row => string.Join('\0', keys.Select(key => row.Values[key]?.AsString ?? "")), StringComparer.Ordinal)
                        .Select(group => group.Order(best).First());
                return candidates.Order(best).Take(pick.Count).OrderBy(row => row.Time);
        }
    }

    private static IEnumerable<LeafRow> Sample(List<LeafRow> rows, int count)
    {
        var random = new Random(SampleSeed);
        LeafRow[] reservoir = [.. rows.Take(count)];
        for (int at = count; at < rows.Count; at++)
        {
            int place = random.Next(at + 1);
            if (place < count)
            {
                reservoir[place] = rows[at];
            }
        }

        return reservoir.OrderBy(row => row.Time);
    }
}
