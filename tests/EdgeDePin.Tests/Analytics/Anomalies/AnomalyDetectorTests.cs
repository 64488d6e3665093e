using System.Collections.Immutable;
using EdgeDePin.Analytics;
using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Tests.Analytics.Anomalies;

public sealed class AnomalyDetectorTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_standard_score_over_the_corpus_is_55_and_more_also_on_the_series_that_nothing_was_chosen_on()
    {
        ImmutableArray<NabSeries> corpus = NabFiles.All();
        NabResult[] results = [.. corpus.Select(series => NabScorer.Score(series, Scores(series), 0.5, NabProfile.Standard))];
        Assert.Equal(18, results.Length);
        Assert.InRange(NabScorer.Normalised(results, NabProfile.Standard), 65, 100);

        // Constants were chosen on the series at even places of the sorted list.
        Assert.InRange(NabScorer.Normalised([.. results.Where((_, place) => place % 2 == 1)], NabProfile.Standard), 65, 100);
    }

    [Fact]
    public void Units_and_zero_points_do_not_matter()
    {
        NabSeries series = NabFiles.Series("realKnownCause/ec2_request_latency_system_failure.csv");
        double[] plain = Scores(series);
        Assert.Contains(plain, score => score > 0.5);
        foreach ((double factor, double shift) in new[] { (1.8, 32.0), (1e-3, 0), (1000, 273.15), (-1, 0) })
        {
            double[] other = Scores(series with { Values = [.. series.Values.Select(value => (value * factor) + shift)] });
            Assert.All(plain.Zip(other), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void A_day_that_is_missing_is_told_with_what_was_expected()
    {
        var detector = new AnomalyDetector();
        var told = new List<(DateTimeOffset At, AnomalyJudgement Judgement)>();
        var random = new Random(7);
        for (DateTimeOffset at = Monday; at < Monday.AddDays(21); at += TimeSpan.FromMinutes(5))
        {
            bool worked = at.Hour is >= 8 and < 18 && (at - Monday).Days != 17;
            AnomalyJudgement judgement = detector.Judge((worked ? 400 : 100) + (20 * (random.NextDouble() - 0.5)), at);
            if (judgement.IsAnomaly && at > Monday.AddDays(3))
            {
                told.Add((at, judgement));
            }
        }

        (DateTimeOffset first, AnomalyJudgement reason) = told[0];
        Assert.InRange(first, Monday.AddDays(17).AddHours(8), Monday.AddDays(17).AddHours(8.25));
        Assert.InRange(reason.Expected, 380, 420);
        Assert.Contains("too low", reason.Reason, StringComparison.Ordinal);
        Assert.InRange(told.Count, 1, 3);
    }

    [Fact]
    public void A_memory_that_was_written_and_read_goes_on_as_if_nothing_had_happened()
    {
        NabSeries series = NabFiles.Series("realKnownCause/rogue_agent_key_hold.csv");
        var whole = new AnomalyDetector();
        var parted = new AnomalyDetector();
        for (int row = 0; row < series.Values.Length; row++)
        {
            if (row % 100 == 99)
            {
                byte[] bytes = CanonicalCbor.Encode(parted.State.Write);
                parted = new AnomalyDetector(TimeSpan.FromMinutes(5), CanonicalCbor.Decode(bytes, "a memory", DetectorState.Read));
                Assert.Equal(bytes, CanonicalCbor.Encode(parted.State.Write));
            }

            Assert.Equal(whole.Judge(series.Values[row], series.Instants[row]), parted.Judge(series.Values[row], series.Instants[row]));
        }
    }

    [Fact]
    public void A_sensor_read_each_second_is_not_told_of_more_often_than_one_of_minutes()
    {
        static int Count(TimeSpan step)
        {
            var detector = new AnomalyDetector();
            var random = new Random(3);
            int told = 0;
            for (DateTimeOffset at = Monday; at < Monday.AddDays(6); at += step)
            {
                told += detector.Judge(20 + (5 * Math.Sin((at - Monday).TotalDays * 2 * Math.PI)) + random.NextDouble(), at).IsAnomaly ? 1 : 0;
            }

            return told;
        }

        Assert.InRange(Count(TimeSpan.FromSeconds(5)), 0, 4);
        Assert.InRange(Count(TimeSpan.FromMinutes(5)), 0, 4);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_no_number_is_no_anomaly_and_teaches_nothing(double value)
    {
        var with = new AnomalyDetector();
        var without = new AnomalyDetector();
        for (int step = 0; step < 500; step++)
        {
            DateTimeOffset at = Monday.AddMinutes(5 * step);
            Assert.False(with.Judge(value, at).IsAnomaly);
            Assert.Equal(without.Judge(step % 7, at), with.Judge(step % 7, at));
        }
    }

    private static double[] Scores(NabSeries series)
    {
        var detector = new AnomalyDetector();
        return [.. series.Values.Select((value, row) => detector.Judge(value, series.Instants[row]).Score)];
    }
}
