using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>
/// Compares the sensors of one node that should agree. With three or more the median votes, and who is far from it is suspect; of two
/// that disagree both are. Other nodes are the matter of <see cref="NeighbourCheck"/>.
/// </summary>
public sealed class CrossCheck
{
    /// <summary>Older readings of another sensor say nothing about now.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>More sources of one quantity are not looked at.</summary>
    public const int MostSources = 64;

    // Noise and gusts pass within minutes, drift does not: the difference is smoothed over about this many readings.
    private const double Smoothing = 12;

    private readonly Dictionary<Quantity, Dictionary<string, Latest>> _latest = [];

    /// <param name="source">The sensor.</param>
    public ReadingQuality Judge(string source, Quantity quantity, double value, DateTimeOffset at)
    {
        QualityLimits limits = QualityLimits.Of(quantity);
        if (double.IsInfinity(limits.Agreement))
        {
            return ReadingQuality.Good;
        }

        if (!_latest.TryGetValue(quantity, out Dictionary<string, Latest>? sources))
        {
            _latest[quantity] = sources = new Dictionary<string, Latest>(StringComparer.Ordinal);
        }

        double[] others = [.. sources.Where(one => one.Key != source && (at - one.Value.At).Duration() <= Fresh).Select(one => one.Value.Value).Order()];
        Latest before = sources.GetValueOrDefault(source);
        double smoothed = before.Difference;
        if (others.Length > 0)
        {
            // The median counts the value itself: then one that is far off cannot move it. Of two there is no median.
            double difference = value - (others.Length == 1 ? others[0] : Median([.. others.Append(value).Order()]));
            smoothed = before.Known ? smoothed + ((difference - smoothed) / Smoothing) : difference;
        }

        if (before.Known || sources.Count < MostSources)
        {
            sources[source] = new Latest(value, at, smoothed, before.Known || others.Length > 0);
        }

        return others.Length > 0 && Math.Abs(smoothed) > limits.AgreementAt(value)
            ? ReadingQuality.Suspect(QualityReason.CrossCheck)
            : ReadingQuality.Good;
    }

    private static double Median(double[] sorted) => sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private readonly record struct Latest(double Value, DateTimeOffset At, double Difference, bool Known);
}
