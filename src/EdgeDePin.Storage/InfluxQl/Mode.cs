namespace EdgeDePin.Storage.InfluxQl;

/// <summary>The most frequent value; of equally frequent ones that which came first, and the smallest where all are different (InfluxDB 1.6).</summary>
internal static class Mode
{
    public static FieldValue? Of(IReadOnlyList<(long Time, FieldValue Value)> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        if (values[0].Value.Kind == FieldKind.Boolean)
        {
            return values.Count(one => one.Value.AsBoolean) * 2 >= values.Count;
        }

        (long Time, FieldValue Value)[] sorted = [.. values.Order(ByValue)];
        (FieldValue mode, int most, long mostTime) = (sorted[0].Value, 0, sorted[0].Time);
        (FieldValue current, int count, long firstTime) = (sorted[0].Value, 0, sorted[0].Time);
        foreach ((long time, FieldValue value) in sorted)
        {
            if (value != current)
            {
                (current, count, firstTime) = (value, 1, time);
                continue;
            }

            count++;
            if (count > most || (count == most && firstTime <= mostTime))
            {
                (mode, most, mostTime) = (value, count, time);
            }
        }

        return mode;
    }

    /// <summary>By value alone; texts by their bytes.</summary>
    private static readonly Comparer<(long Time, FieldValue Value)> ByValue = Comparer<(long Time, FieldValue Value)>.Create((a, b) => Values.Compare(a.Value, b.Value));
}
