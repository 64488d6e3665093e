using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Tests.Analytics.Anomalies;

public sealed class NabScorerTests
{
    /// <summary>
    /// What numenta/NAB publishes of its windowed Gaussian in <c>results/windowedGaussian/windowedGaussian_standard_scores.csv</c> (commit
    /// de8e91a4), threshold 1.0: score, true positives, true negatives, false positives, false negatives.
    /// </summary>
    public static TheoryData<string, double, int, int, int, int> Published => new()
    {
        { "artificialNoAnomaly/art_daily_no_noise.csv", 0.0, 0, 3428, 0, 0 },
        { "artificialNoAnomaly/art_daily_perfect_square_wave.csv", 0.0, 0, 3428, 0, 0 },
        { "artificialNoAnomaly/art_daily_small_noise.csv", 0.0, 0, 3428, 0, 0 },
        { "artificialNoAnomaly/art_flatline.csv", 0.0, 0, 3428, 0, 0 },
        { "artificialNoAnomaly/art_noisy.csv", 0.0, 0, 3428, 0, 0 },
        { "artificialWithAnomaly/art_daily_flatmiddle.csv", -1.0, 0, 3025, 0, 403 },
        { "artificialWithAnomaly/art_daily_jumpsdown.csv", -1.0, 0, 3025, 0, 403 },
        { "artificialWithAnomaly/art_daily_jumpsup.csv", -1.0, 0, 3025, 0, 403 },
        { "artificialWithAnomaly/art_daily_nojump.csv", -1.0, 0, 3025, 0, 403 },
        { "artificialWithAnomaly/art_increase_spike_density.csv", -1.0, 0, 3025, 0, 403 },
        { "artificialWithAnomaly/art_load_balancer_spikes.csv", -0.692444609523, 18, 3010, 15, 385 },
        { "realKnownCause/ambient_temperature_system_failure.csv", -2.0, 0, 5791, 0, 726 },
        { "realKnownCause/cpu_utilization_asg_misconfiguration.csv", -1.11, 0, 15800, 1, 1499 },
        { "realKnownCause/ec2_request_latency_system_failure.csv", 2.02150685678, 8, 3082, 0, 338 },
        { "realKnownCause/machine_temperature_system_failure.csv", -4.0, 0, 19677, 0, 2268 },
        { "realKnownCause/nyc_taxi.csv", -5.0, 0, 8535, 0, 1035 },
        { "realKnownCause/rogue_agent_key_hold.csv", -2.44, 0, 1406, 4, 190 },
        { "realKnownCause/rogue_agent_key_updown.csv", -1.3964908955, 1, 4027, 8, 529 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void The_windowed_Gaussian_gets_the_score_that_Numenta_publishes(string name, double score, int tp, int tn, int fp, int fn)
    {
        NabSeries series = NabFiles.Series(name);
        var gaussian = new WindowedGaussian();

        // The published scores of rows have twelve digits, and rows that are 1 but for the thirteenth reach the threshold.
        double[] scores = [.. series.Values.Select(value => Math.Round(gaussian.Score(value), 12))];
        NabResult result = NabScorer.Score(series, scores, 1.0, NabProfile.Standard);
        Assert.Equal(score, result.Score, 1e-10);
        Assert.Equal((tp, tn, fp, fn), (result.TruePositives, result.TrueNegatives, result.FalsePositives, result.FalseNegatives));
    }

    [Fact]
    public void Who_finds_every_window_at_its_first_row_has_100_and_who_says_nothing_0()
    {
        NabSeries series = NabFiles.Series("realKnownCause/nyc_taxi.csv");
        double[] perfect = [.. series.Instants.Select(instant => series.Windows.Any(window => window.From == instant) ? 1.0 : 0.0)];
        foreach (NabProfile profile in NabProfile.All)
        {
            Assert.Equal(100, NabScorer.Normalised([NabScorer.Score(series, perfect, 0.5, profile)], profile), 1e-9);
            Assert.Equal(0, NabScorer.Normalised([NabScorer.Score(series, new double[perfect.Length], 0.5, profile)], profile), 1e-9);
        }
    }

    [Fact]
    public void The_best_threshold_is_no_worse_than_any_other()
    {
        NabSeries series = NabFiles.Series("artificialWithAnomaly/art_load_balancer_spikes.csv");
        var gaussian = new WindowedGaussian();
        double[] scores = [.. series.Values.Select(value => gaussian.Score(value))];
        double best = NabScorer.Score(series, scores, NabScorer.BestThreshold([(series, scores)], NabProfile.Standard), NabProfile.Standard).Score;
        Assert.All([1.1, 1.0, 0.9999999, 0.999, 0.99, 0.9, 0.5], threshold =>
            Assert.True(NabScorer.Score(series, scores, threshold, NabProfile.Standard).Score <= best + 1e-12, $"{threshold}"));
    }

    // Abramowitz and Stegun, table 7.1, and the tail from the asymptotic series.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.4795001221869535)]
    [InlineData(1, 0.15729920705028513)]
    [InlineData(2, 0.004677734981047266)]
    [InlineData(6, 2.1519736712498913e-17)]
    [InlineData(-1, 1.8427007929497148)]
    public void The_error_function_has_the_values_of_the_tables(double x, double complement) =>
        Assert.Equal(1, ErrorFunction.Complement(x) / complement, 1e-13);
}
