namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// The area under a series by the trapezium rule, cut at the borders of buckets by linear interpolation. As in InfluxDB 1.6
/// a bucket without points has no row, and of points at one instant the last counts.
/// </summary>
internal static class Integral
{
    /// <param name="unit">In ns.</param>
    /// <param name="buckets">Null: one area at instant 0.</param>
    public static List<(long Time, FieldValue Value)> Of(
        IEnumerable<(long Time, FieldValue Value)> values, long unit, TimeBuckets? buckets)
    {
        var areas = new List<(long, FieldValue)>();
        (long Time, double Value)? before = null;
        (long start, long end) = (0L, long.MaxValue);
        double area = 0;
        foreach ((long time, FieldValue field) in values)
        {
            double value = field.Kind == FieldKind.Integer ? field.AsInteger : field.AsFloat;
            if (before is not { } last)
            {
                (start, end) = Bounds(buckets, time);
                before = (time, value);
                continue;
            }

            if (last.Time != time && buckets is not null && time >= end)
            {
                if (last.Time != end)
                {
                    double border = last.Value + ((value - last.Value) / (time - last.Time) * (end - last.Time));
                    area += 0.5 * (border + last.Value) * ((double)(end - last.Time) / unit);
                    last = (end, border);
                }

                Add(areas, start, area);
                (start, end) = Bounds(buckets, time);
                area = 0;
            }

            area += last.Time == time ? 0 : 0.5 * (value + last.Value) * ((double)(time - last.Time) / unit);
            before = (time, value);
        }

        if (before is { } final && (buckets is null || final.Time != start))
        {
            Add(areas, start, area);
        }

        return areas;
    }

    private static (long Start, long End) Bounds(TimeBuckets? buckets, long time) =>
        buckets is null ? (0, long.MaxValue) : (buckets.StartOf(time), buckets.After(buckets.StartOf(time)));

    private static void Add(List<(long, FieldValue)> areas, long time, double area)
    {
        if (double.IsFinite(area))
        {
            areas.Add((time, area));
        }
    }
}
