namespace EdgeDePin.Web.Explore;

/// <summary>One line of a chart.</summary>
/// <param name="Name">The sensor, with the quantity where a chart shows several.</param>
/// <param name="Points">Pairs of epoch milliseconds and shown value; a null value lifts the pen.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?[]> Points)
{
    /// <param name="gap">Points further apart are separated by a null, so that a gap stays a gap.</param>
    /// <param name="decimals">Of the shown value: more would only be sent, not seen.</param>
    public static ChartLine Of(string name, Series series, string field, double factor, int decimals, TimeSpan gap)
    {
        List<double?[]> points = [];
        long? before = null;
        foreach (object?[] row in series.Rows)
        {
            long at = Series.Instant(row).ToUnixTimeMilliseconds();
            double? value = series.Number(row, field) is { } stored ? Math.Round(stored * factor, decimals) : null;
            if (value is null)
            {
                // A leading gap or a second null in a row would draw nothing and cost bytes.
                if (points.Count > 0 && points[^1][1] is not null)
                {
                    points.Add([at, null]);
                }

                continue;
            }

            if (before is { } last && gap > TimeSpan.Zero && at - last > gap.TotalMilliseconds && points[^1][1] is not null)
            {
                points.Add([last + 1, null]);
            }

            points.Add([at, value]);
            before = at;
        }

        return new ChartLine(name, points);
    }
}
