using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>
/// Compares sensors that should agree: those of one site, or the same quantity at neighbouring sites. With three or more the
/// median votes, and who is far from it is suspect; of two that disagree both are.
/// </summary>
/// <param name="reason">What a disagreement is called: <see cref="QualityReason.CrossCheck"/> or <see cref="QualityReason.Neighbour"/>.</param>
/// <param name="tolerance">Times the agreement of sensors at one place: 1 for a site, 3 to 5 for neighbours some kilometres away.</param>
public sealed class CrossCheck(QualityReason reason, double tolerance = 1)
{
    /// <summary>Older readings of another sensor say nothing about now.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>More sources of one quantity are not looked at.</summary>
    public const int MostSources = 64;

    // Noise and gusts pass within minutes, drift does not: the difference is smoothed over about this many readings.
    private const double Smoothing = 12;

    private readonly Dictionary<Quantity, Dictionary<string, Latest>> _latest = [];

    /// <param name="source">Sensor, or site and sensor.</param>
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

        return others.Length > 0 && Math.Abs(smoothed) > tolerance * limits.AgreementAt(value)
            ? ReadingQuality.Suspect(reason)
            : ReadingQuality.Good;
    }

    private static double Median(double[] sorted) => sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private readonly record struct Latest(double Value, DateTimeOffset At, double Difference, bool Known);
}
