using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// The mean that is right for a quantity. Each reading stands for the time around it, up to half-way to its neighbours, so that a burst does not outvote an
/// hour; where nothing was read nothing is made up. Directions go around: the mean of 350° and 10° is 0°, and of a gust nobody wants the mean.
/// </summary>
public static class WindowMean
{
    // Beyond this many usual intervals a reading no longer speaks for the time around it: gaps stay gaps.
    private const double LongestShare = 2.5;

    /// <param name="readings">Of one sensor and quantity, in the order of their instants; at least one.</param>
    /// <param name="quality">Weight of each, 0 to 1; null: all alike. Where all are 0 they count alike.</param>
    /// <param name="speeds">Of a wind direction: the wind speeds of the same instants, which make it the direction of the mean vector; null: every direction counts alike.</param>
    public static double Of(ReadOnlySpan<Reading> readings, ReadOnlySpan<double> quality = default, ReadOnlySpan<double> speeds = default)
    {
        if (readings.IsEmpty)
        {
            throw new ArgumentException("There is no mean of nothing.", nameof(readings));
        }

        Quantity quantity = readings[0].Quantity;
        if (quantity == Quantity.WindGust || quantity.IsCounter)
        {
            // The strongest gust; of a counter its last value, which says all.
            double extreme = readings[^1].Value;
            for (int reading = 0; reading < readings.Length && quantity == Quantity.WindGust; reading++)
            {
                extreme = Math.Max(extreme, readings[reading].Value);
            }

            return extreme;
        }

        double[] weights = Weights(readings, quality);
        return quantity == Quantity.WindDirection ? Direction(readings, weights, speeds) : Plain(readings, weights);
    }

    /// <summary>Seconds that each reading stands for, times its quality.</summary>
    private static double[] Weights(ReadOnlySpan<Reading> readings, ReadOnlySpan<double> quality)
    {
        double[] weights = new double[readings.Length];
        if (readings.Length > 1)
        {
            double[] gaps = new double[readings.Length - 1];
            for (int gap = 0; gap < gaps.Length; gap++)
            {
                gaps[gap] = (readings[gap + 1].ObservedAt - readings[gap].ObservedAt).TotalSeconds;
            }

            double usual = RobustScore.Median(gaps), most = LongestShare * usual / 2;
            for (int reading = 0; reading < weights.Length; reading++)
            {
                // The first and the last stand for as much before and after them.
                double before = reading > 0 ? gaps[reading - 1] : gaps[0], after = reading < gaps.Length ? gaps[reading] : gaps[^1];
                weights[reading] = usual > 0 ? Math.Min(before / 2, most) + Math.Min(after / 2, most) : 1;
            }
        }

        double all = 0;
        for (int reading = 0; reading < weights.Length; reading++)
        {
            weights[reading] = readings.Length == 1 ? 1 : weights[reading];
            all += weights[reading] * (quality.IsEmpty ? 1 : quality[reading]);
        }

        for (int reading = 0; reading < weights.Length && !quality.IsEmpty && all > 0; reading++)
        {
            weights[reading] *= quality[reading];
        }

        return weights;
    }

    private static double Plain(ReadOnlySpan<Reading> readings, double[] weights)
    {
        // From the first value on: equal values have exactly that mean.
        double sum = 0, all = 0, zero = readings[0].Value;
        for (int reading = 0; reading < readings.Length; reading++)
        {
            sum += weights[reading] * (readings[reading].Value - zero);
            all += weights[reading];
        }

        return all > 0 ? zero + (sum / all) : zero;
    }

    private static double Direction(ReadOnlySpan<Reading> readings, double[] weights, ReadOnlySpan<double> speeds)
    {
        double east = 0, north = 0;
        for (int reading = 0; reading < readings.Length; reading++)
        {
            (double sin, double cos) = Math.SinCos(readings[reading].Value * Math.PI / 180);
            double weight = weights[reading] * (speeds.IsEmpty ? 1 : speeds[reading]);
            (east, north) = (east + (weight * sin), north + (weight * cos));
        }

        // Winds that cancel out have no direction; the last one is as good as any.
        if (Math.Abs(east) + Math.Abs(north) < 1e-9 * weights.Sum())
        {
            return readings[^1].Value;
        }

        // Rounded, for sines differ in their last bit from one processor to another, and a result must not.
        double degrees = Math.Round(Math.Atan2(east, north) * 180 / Math.PI, 9);
        return degrees < 0 ? degrees + 360 : degrees;
    }
}
