using EdgeDePin.Analytics;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary>Means of the hours in which two series both have values, in the order of time.</summary>
/// <param name="From">The first hour, as the tables have it.</param>
internal sealed record HourlyPairs(DateTime From, IReadOnlyList<(double Sensor, double Reference)> Pairs)
{
    /// <param name="mine">By the begin of the hour.</param>
    /// <param name="theirs">Likewise.</param>
    public static HourlyPairs Of(SortedDictionary<DateTime, double> mine, SortedDictionary<DateTime, double> theirs)
    {
        DateTime[] common = [.. mine.Keys.Where(theirs.ContainsKey)];
        return new HourlyPairs(common.FirstOrDefault(), [.. common.Select(hour => (mine[hour], theirs[hour]))]);
    }

    /// <summary>The mean of each hour that has values.</summary>
    public static SortedDictionary<DateTime, double> Hours(GriddedSeries series)
    {
        var sums = new Dictionary<DateTime, (double Sum, int Count)>();
        for (int at = 0; at < series.Values.Length; at++)
        {
            if (double.IsFinite(series.Values[at]))
            {
                DateTime instant = series.At(at);
                DateTime hour = instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerHour));
                (double sum, int count) = sums.GetValueOrDefault(hour);
                sums[hour] = (sum + series.Values[at], count + 1);
            }
        }

        return new SortedDictionary<DateTime, double>(sums.ToDictionary(one => one.Key, one => one.Value.Sum / one.Value.Count));
    }
}
