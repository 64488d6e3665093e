using EdgeDePin.Analytics;

namespace EdgeDePin.Tests.Analytics.Forecasts;

/// <summary>Forecasters on published series, beside the figures of rules that cost nothing.</summary>
public sealed class ForecastEvaluationTests
{
    [Fact]
    public void Oil_temperature_of_ETTh1_is_forecast_better_than_last_value_and_the_bands_hold()
    {
        ForecastReport report = Run(
            Series("ett", "ETTh1.csv", "date", "OT"), new DateTime(2017, 10, 24), new DateTime(2018, 2, 21), new DateTime(2017, 6, 26), 1, ForecastEffort.Nightly);
        double Squared(string name) => Math.Pow(report.Models.First(model => model.Name.StartsWith(name, StringComparison.Ordinal)).Rmse / report.ScaleDeviation, 2);

        // Last value scores .034 in the literature's normalisation (mean and deviation of the first 8,640 hours).
        Assert.InRange(Squared("last value"), 0.0335, 0.0350);
        Assert.InRange(Squared("in use"), 0.02, 0.0264);
        Assert.InRange(report.Coverage.Share, 0.87, 0.93);
        Assert.Equal(ForecastChoice.Combined, report.Choice.Used);
    }

    [Fact]
    public void A_random_walk_is_left_to_the_naive_rule_and_the_report_says_why()
    {
        var random = new Random(11);
        double value = 0;
        double[] walk = [.. Enumerable.Range(0, 3_000).Select(_ => value += random.NextDouble() - 0.5)];
        ForecastReport report = Run(Hours(walk), new DateTime(2024, 4, 1), null, null, 1, ForecastEffort.Nightly, horizon: 12);
        ForecastFigures naive = report.Models.Single(model => model.Name == "last value");

        Assert.Equal("last value", report.Choice.Used);

        // What is in use must not lose to the rule by more than chance.
        Assert.InRange(report.Models[0].Rmse, 0, naive.Rmse * 1.02);
        Assert.Contains("validation RMSE", report.Choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_unit_changes_the_unit_of_the_errors_and_nothing_else()
    {
        double[] daily = Daily(2_500);
        ForecastReport celsius = Run(Hours(daily), new DateTime(2024, 3, 20), null, null, 5, ForecastEffort.Nightly);
        ForecastReport fahrenheit = Run(Hours([.. daily.Select(value => (value * 2) + 32)]), new DateTime(2024, 3, 20), null, null, 5, ForecastEffort.Nightly);
        Assert.Equal(celsius.Models[0].Mae * 2, fahrenheit.Models[0].Mae, 1e-6);
        Assert.Equal(celsius.Choice.Ridges, fahrenheit.Choice.Ridges);
        Assert.Equal(celsius.Coverage, fahrenheit.Coverage);
    }

    [Fact]
    public void What_comes_after_an_origin_does_not_change_what_was_said_before_it()
    {
        double[] known = Daily(2_400);
        double[] other = [.. known];
        for (int at = 2_330; at < other.Length; at++)
        {
            other[at] += 40;
        }

        DateTime test = new DateTime(2024, 1, 1).AddHours(2_300);
        ForecastReport one = Run(Hours(known), test, test.AddHours(30), null, 1, ForecastEffort.Nightly, horizon: 6);
        ForecastReport two = Run(Hours(other), test, test.AddHours(30), null, 1, ForecastEffort.Nightly, horizon: 6);
        Assert.Equal(one.Models.Select(model => model.Mae), two.Models.Select(model => model.Mae));
        Assert.Equal(one.Sample, two.Sample);
    }

    [Fact]
    public void A_gap_before_the_first_forecast_is_not_bridged_with_what_came_after_it()
    {
        double[] known = Daily(1_000);
        for (int at = 890; at < 903; at++)
        {
            known[at] = double.NaN;
        }

        double[] other = [.. known];
        for (int at = 903; at < other.Length; at++)
        {
            other[at] += 40;
        }

        IReadOnlyList<double[]> Tell(double[] values) =>
            ForecastEvaluation.Forecasts(Hours(values), 6, 900, 904, ForecastEffort.Nightly, TestContext.Current.CancellationToken);
        Assert.Equal(Tell(known), Tell(other));
    }

    [Fact]
    public void Values_below_zero_after_a_lopsided_past_are_forecast_from()
    {
        var random = new Random(23);
        double[] values = [.. Enumerable.Range(0, 1_200).Select(hour => Math.Pow(random.NextDouble(), 4) * (hour < 1_050 ? 100 : -5))];
        IReadOnlyList<double[]> told = ForecastEvaluation.Forecasts(Hours(values), 6, 1_000, 1_150, ForecastEffort.Nightly, TestContext.Current.CancellationToken);
        Assert.All(told, forecast => Assert.All(forecast, value => Assert.True(double.IsFinite(value))));
    }

    [Fact]
    public void Too_little_before_the_test_is_said_with_the_span_of_the_series()
    {
        SeriesException error = Assert.Throws<SeriesException>(() => Run(Hours(Daily(100)), new DateTime(2024, 1, 2), null, null, 1, ForecastEffort.Nightly));
        Assert.Contains("choose a later --test-from", error.Message, StringComparison.Ordinal);
    }

    internal static double[] Daily(int hours)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, hours).Select(hour => 10 + (6 * Math.Sin(2 * Math.PI * hour / 24)) + (2 * Math.Sin(2 * Math.PI * hour / 168)) + random.NextDouble())];
    }

    internal static GriddedSeries Hours(double[] values) =>
        new("v", new DateTime(2024, 1, 1), SeriesStep.Of(TimeSpan.FromHours(1)), values, [], []);

    internal static GriddedSeries Series(string folder, string file, string time, string value, params string[] exogenous)
    {
        string path = SharedData.Require(folder, file);
        return new SeriesFile(path, () => new StreamReader(path)).Read(SeriesColumns.Parse(time, value, exogenous, []));
    }

    private static ForecastReport Run(
        GriddedSeries series, DateTime from, DateTime? until, DateTime? validate, int stride, ForecastEffort effort, int horizon = 24) =>
        ForecastEvaluation.Run(series, horizon, from, until, validate, stride, effort, TestContext.Current.CancellationToken);
}
