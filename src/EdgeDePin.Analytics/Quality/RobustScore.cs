using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// How unusual a value is among its predecessors, in robust standard deviations: distance to the median over 1.4826 times the
/// median absolute deviation. Half of the history may be wrong without changing the verdict.
/// </summary>
public static class RobustScore
{
    /// <summary>Fewer values than this say nothing about what is usual.</summary>
    public const int MinHistory = 8;

    /// <summary>At and above it a value is called a spike; 5 is one in a million of normal noise.</summary>
    public const double Spike = 5;

    // A normal distribution's standard deviation over its median absolute deviation.
    private const double NormalConsistency = 1.4826;

    /// <param name="history">Earlier values of the same sensor and quantity, in any order.</param>
    /// <returns>0 or more; null with too little history.</returns>
    public static double? Of(Quantity quantity, double value, IReadOnlyCollection<double> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Count < MinHistory)
        {
            return null;
        }

        double median = Median(history);
        double deviation = NormalConsistency * Median([.. history.Select(other => Math.Abs(other - median))]);
        return Math.Abs(value - median) / Math.Max(deviation, Floor(quantity, median));
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    // A sensor that stands still has no deviation; the least variability that the WMO expects within an hour stands in for it
    // (Zahumensky 2004: 0.1 °C, 1 %RH, 0.1 hPa). For the others one percent, and never nothing.
    private static double Floor(Quantity quantity, double median) =>
        quantity == Quantity.Temperature ? 0.1
        : quantity == Quantity.RelativeHumidity ? 1
        : quantity == Quantity.Pressure ? 10
        : Math.Max(0.01 * Math.Abs(median), 1e-3);
}
