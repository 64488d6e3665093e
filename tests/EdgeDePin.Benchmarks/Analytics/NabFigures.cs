using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>Scores over the series of the Numenta Anomaly Benchmark.</summary>
internal static class NabFigures
{
    // The detector's own threshold on the scale of NAB.
    private const double Own = 0.5;

    /// <param name="profile">Place in <see cref="NabProfile.All"/>.</param>
    public static double Score(int profile) => Score(Ours(), Own, NabProfile.All[profile]);

    public static double HeldOut() => Score([.. Ours().Where((_, place) => place % 2 == 1)], Own, NabProfile.Standard);

    public static double AtBestThreshold()
    {
        (NabSeries, IReadOnlyList<double>)[] ours = Ours();
        return Score(ours, NabScorer.BestThreshold(ours, NabProfile.Standard), NabProfile.Standard);
    }

    /// <summary>NAB's baseline, with the threshold that is best for it in hindsight.</summary>
    public static double Gaussian(int profile)
    {
        (NabSeries, IReadOnlyList<double>)[] all = [.. PublishedSeries.Nab().Select(series =>
        {
            var detector = new WindowedGaussian();
            return (series, (IReadOnlyList<double>)[.. series.Values.Select(value => Math.Round(detector.Score(value), 12))]);
        })];
        return Score(all, NabScorer.BestThreshold(all, NabProfile.All[profile]), NabProfile.All[profile]);
    }

    private static (NabSeries Series, IReadOnlyList<double> Scores)[] Ours() => [.. PublishedSeries.Nab().Select(series =>
    {
        var detector = new AnomalyDetector();
        return (series, (IReadOnlyList<double>)[.. series.Values.Select((value, row) => detector.Judge(value, series.Instants[row]).Score)]);
    })];

    private static double Score((NabSeries Series, IReadOnlyList<double> Scores)[] all, double threshold, NabProfile profile) =>
        NabScorer.Normalised([.. all.Select(one => NabScorer.Score(one.Series, one.Scores, threshold, profile))], profile);
}
