using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>A line from what a sensor says to what a reference says, learned at the place, and whether it is worth using.</summary>
/// <param name="Slope">Applied first.</param>
/// <param name="Offset">In the unit of the quantity.</param>
/// <param name="RawError">Mean absolute distance to the reference of the pairs that were held back, as the sensor says it.</param>
/// <param name="Error">The same with the line.</param>
/// <param name="Learned">Pairs that the line was learned from.</param>
/// <param name="HeldBack">Later pairs, which it was judged by.</param>
public sealed record RobustCalibration(Quantity Quantity, double Slope, double Offset, double RawError, double Error, int Learned, int HeldBack)
{
    /// <summary>Two weeks of hourly means: fewer have not seen the weather that the line will be used in.</summary>
    public const int FewestPairs = 336;

    // A line that gains less is not worth the season in which it will be wrong.
    private const double LeastGain = 0.05;
    private const double LearnShare = 0.7;
    private const int Rounds = 50;

    // Tukey's constant: 95 % as good as least squares where there are no outliers, and blind to what is far out.
    private const double Tukey = 4.685;

    /// <summary>Learned on one season and judged on the next, it is better than nothing done.</summary>
    public bool IsUseful => Error < (1 - LeastGain) * RawError && Slope is >= 0.2 and <= 5;

    /// <summary>Only where it is useful; else the value itself.</summary>
    public double Apply(double value) => IsUseful ? (Slope * value) + Offset : value;

    /// <summary>
    /// Tukey's regression over the first 70 % of the pairs, from the median slope of pairs that are far apart in time (Theil 1950): neither end of a
    /// pair may be believed. The other 30 % judge it.
    /// </summary>
    /// <param name="pairs">Value of the sensor and of the reference, of the same instants, in the order of time.</param>
    /// <exception cref="FormatException">Too few pairs, or a sensor that does not move.</exception>
    public static RobustCalibration Learn(Quantity quantity, IReadOnlyList<(double Sensor, double Reference)> pairs)
    {
        (double Sensor, double Reference)[] finite = [.. pairs.Where(pair => double.IsFinite(pair.Sensor) && double.IsFinite(pair.Reference))];
        if (finite.Length < FewestPairs)
        {
            throw new FormatException($"{quantity}: {finite.Length} pairs are too few for a calibration; compare at least {FewestPairs}, two weeks of hours.");
        }

        int learned = (int)(LearnShare * finite.Length);
        (double slope, double offset) = Fit(quantity, finite[..learned]);
        (double Sensor, double Reference)[] held = finite[learned..];
        return new RobustCalibration(
            quantity, slope, offset, held.Average(pair => Math.Abs(pair.Sensor - pair.Reference)),
            held.Average(pair => Math.Abs((slope * pair.Sensor) + offset - pair.Reference)), learned, held.Length);
    }

    private static (double Slope, double Offset) Fit(Quantity quantity, (double Sensor, double Reference)[] pairs)
    {
        double[] weights = new double[pairs.Length];
        (double slope, double offset) = Start(quantity, pairs);
        Weigh(pairs, slope, offset, weights);
        for (int round = 0; round < Rounds; round++)
        {
            (double before, double offsetBefore) = (slope, offset);
            double all = weights.Sum();
            double x = pairs.Zip(weights, (pair, weight) => weight * pair.Sensor).Sum() / all;
            double y = pairs.Zip(weights, (pair, weight) => weight * pair.Reference).Sum() / all;
            double spread = pairs.Zip(weights, (pair, weight) => weight * (pair.Sensor - x) * (pair.Sensor - x)).Sum();
            if (!(spread > 1e-12 * all))
            {
                throw new FormatException($"{quantity}: the sensor says {x:0.###} throughout; a sensor that does not move cannot be calibrated.");
            }

            slope = pairs.Zip(weights, (pair, weight) => weight * (pair.Sensor - x) * (pair.Reference - y)).Sum() / spread;
            offset = y - (slope * x);
            Weigh(pairs, slope, offset, weights);
            if (Math.Abs(slope - before) + Math.Abs(offset - offsetBefore) < 1e-12)
            {
                break;
            }
        }

        return (slope, offset);
    }

    private static (double Slope, double Offset) Start(Quantity quantity, (double Sensor, double Reference)[] pairs)
    {
        var slopes = new List<double>();
        foreach (int apart in new[] { pairs.Length / 2, pairs.Length / 3, pairs.Length / 5 })
        {
            for (int first = 0; first + apart < pairs.Length; first++)
            {
                double run = pairs[first + apart].Sensor - pairs[first].Sensor;
                if (run != 0)
                {
                    slopes.Add((pairs[first + apart].Reference - pairs[first].Reference) / run);
                }
            }
        }

        if (slopes.Count == 0)
        {
            throw new FormatException($"{quantity}: the sensor says {pairs[0].Sensor:0.###} throughout; a sensor that does not move cannot be calibrated.");
        }

        double slope = RobustScore.Median(slopes);
        return (slope, RobustScore.Median([.. pairs.Select(pair => pair.Reference - (slope * pair.Sensor))]));
    }

    private static void Weigh((double Sensor, double Reference)[] pairs, double slope, double offset, double[] weights)
    {
        double[] misses = [.. pairs.Select(pair => Math.Abs((slope * pair.Sensor) + offset - pair.Reference))];
        double edge = Math.Max(Tukey * 1.4826 * RobustScore.Median(misses), 1e-9);
        for (int pair = 0; pair < weights.Length; pair++)
        {
            double share = misses[pair] / edge;
            weights[pair] = share < 1 ? (1 - (share * share)) * (1 - (share * share)) : 0;
        }
    }
}
