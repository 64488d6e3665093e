namespace EdgeDePin.Analytics.Anomalies;

/// <summary>What a threshold makes of one series.</summary>
/// <param name="Score">Weighted by the profile, not normalised: at most the number of windows.</param>
/// <param name="TruePositives">Rows at or above the threshold within a window; the others are named likewise.</param>
/// <param name="WindowsFound">Windows with at least one detection, of <paramref name="Windows"/>.</param>
public sealed record NabResult(
    string Series, double Score, int TruePositives, int TrueNegatives, int FalsePositives, int FalseNegatives, int WindowsFound, int Windows);

/// <summary>
/// Scores detections as the Numenta Anomaly Benchmark does (Lavin and Ahmad 2015, and the benchmark's sweeper): the first
/// detection in a window earns the more the earlier it is, a window without one costs, and so does every detection outside.
/// </summary>
public static class NabScorer
{
    // No score reaches it: the threshold at which nothing is detected.
    private const double Unreached = 1.1;

    // The sigmoid at the left edge of a window, by which hits are scaled to 1.
    private static readonly double Earliest = Position(-1);

    /// <param name="scores">One for each row, in 0..1: the higher, the more unusual.</param>
    /// <param name="threshold">Rows at or above it are detections.</param>
    public static NabResult Score(NabSeries series, IReadOnlyList<double> scores, double threshold, NabProfile profile)
    {
        double[] best = [.. series.Windows.Select(_ => -profile.FalseNegative)];
        bool[] judged = new bool[best.Length];
        double falseAlarms = 0;
        int tp = 0, tn = 0, fp = 0, fn = 0;
        foreach (Row row in Rows(series, scores, profile))
        {
            bool detected = row.Score >= threshold;
            (tp, fn, fp, tn) = (tp + (detected && row.Window >= 0 ? 1 : 0), fn + (!detected && row.Window >= 0 ? 1 : 0),
                fp + (detected && row.Window < 0 ? 1 : 0), tn + (!detected && row.Window < 0 ? 1 : 0));
            if (row.Window >= 0)
            {
                judged[row.Window] = true;
                best[row.Window] = detected ? Math.Max(best[row.Window], row.Worth) : best[row.Window];
            }
            else if (detected)
            {
                falseAlarms += row.Worth;
            }
        }

        // A window that lies in the probation is neither missed nor found.
        double[] counted = [.. best.Where((_, window) => judged[window])];
        return new NabResult(
            series.Name, falseAlarms + counted.Sum(), tp, tn, fp, fn, counted.Count(value => value > -profile.FalseNegative), series.Windows.Length);
    }

    /// <summary>The one threshold that scores best over all series together: NAB's own way, and the one parameter that it fits.</summary>
    public static double BestThreshold(IReadOnlyList<(NabSeries Series, IReadOnlyList<double> Scores)> corpus, NabProfile profile)
    {
        (Row Row, int Series)[] rows = [.. corpus.SelectMany((one, number) => Rows(one.Series, one.Scores, profile).Select(row => (row, number)))
            .OrderByDescending(one => one.row.Score)];
        var best = new Dictionary<(int Series, int Window), double>();
        double threshold = Unreached, bestThreshold = Unreached, total = 0, bestTotal = 0;
        foreach ((Row row, int series) in rows)
        {
            if (row.Score != threshold && total > bestTotal)
            {
                (bestTotal, bestThreshold) = (total, threshold);
            }

            threshold = row.Score;
            if (row.Window < 0)
            {
                total += row.Worth;
                continue;
            }

            double before = best.GetValueOrDefault((series, row.Window), -profile.FalseNegative);
            double after = Math.Max(before, row.Worth);
            total += after - before;
            best[(series, row.Window)] = after;
        }

        return total > bestTotal ? threshold : bestThreshold;
    }

    /// <returns>100 for all windows found at their first row without a false alarm, 0 for a detector that says nothing.</returns>
    public static double Normalised(IReadOnlyCollection<NabResult> results, NabProfile profile)
    {
        int windows = results.Sum(result => result.Windows);
        double silent = -profile.FalseNegative * windows;
        return 100 * (results.Sum(result => result.Score) - silent) / ((profile.TruePositive * windows) - silent);
    }

    private static IEnumerable<Row> Rows(NabSeries series, IReadOnlyList<double> scores, NabProfile profile)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Count, series.Values.Length, nameof(scores));
        int window = -1, next = 0, right = 0, pastRight = -1, width = 0, pastWidth = 0;
        for (int row = 0; row < scores.Count; row++)
        {
            if (next < series.Windows.Length && series.Instants[row] == series.Windows[next].From)
            {
                window = next++;
                right = series.Instants.IndexOf(series.Windows[window].To);
                width = right - series.Instants.IndexOf(series.Windows[window].From) + 1;
            }

            double worth = window >= 0 ? Position(-(right - row + 1) / (double)width) * profile.TruePositive / Earliest
                : Position(pastRight < 0 ? 3 : Math.Abs(pastRight - row) / (double)(pastWidth - 1)) * profile.FalsePositive;
            if (row >= series.Probation)
            {
                yield return new Row(scores[row], worth, window);
            }

            if (window >= 0 && series.Instants[row] == series.Windows[window].To)
            {
                (pastRight, pastWidth, window) = (row, width, -1);
            }
        }
    }

    // -1: the left edge of a window; 0: its right edge; beyond it windows' widths to the right.
    private static double Position(double position) => position >= 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    /// <param name="Window">Number of the window that the row is in; -1 outside.</param>
    private readonly record struct Row(double Score, double Worth, int Window);
}
