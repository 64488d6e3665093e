using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// The EPA's estimate of the present level of particles from the last 12 hourly means: the more they vary, the more the newest
/// weigh. (As in USEPA/sensortoolkit and MazamaScience/air-monitor-algorithms.)
/// </summary>
public static class NowCast
{
    /// <summary>Hours that are looked at.</summary>
    public const int Hours = 12;

    /// <param name="quantity">PM2.5 or PM10; it decides how the result is truncated.</param>
    /// <param name="hourlyMeans">Oldest first, null where an hour is missing; of more than 12 the newest 12 count.</param>
    /// <returns>In µg/m³; null unless two of the last three hours are there.</returns>
    public static double? Of(Quantity quantity, IReadOnlyList<double?> hourlyMeans)
    {
        ArgumentNullException.ThrowIfNull(hourlyMeans);
        double?[] newestFirst = [.. hourlyMeans.Reverse().Take(Hours)];
        if (newestFirst.Take(3).Count(mean => mean is not null) < 2)
        {
            return null;
        }

        double max = newestFirst.Max() ?? 0;
        double min = newestFirst.Min() ?? 0;
        double weight = max > 0 ? Math.Max(0.5, 1 - ((max - min) / max)) : 1;
        double sum = 0, weights = 0, power = 1;
        foreach (double? mean in newestFirst)
        {
            if (mean is double value)
            {
                sum += power * value;
                weights += power;
            }

            power *= weight;
        }

        return UsAqi.Truncate(quantity, sum / weights);
    }
}
