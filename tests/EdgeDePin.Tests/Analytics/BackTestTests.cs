using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics;

public sealed class BackTestTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Minutes from one value to the next.</summary>
    private static readonly int[] Steps = [1, 10, 60, 1440, 10_080];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A day of hours with a harmonic and noise: there is something to learn, and both naive forecasts do badly.
    private static RegularSeries Series(int points, int seed = 1)
    {
        var random = new Random(seed);
        return new RegularSeries(
            new SensorId("roof"), Quantity.Temperature,
            [.. Enumerable.Range(0, points).Select(hour =>
                15 + (5 * Math.Sin(Math.Tau * hour / 24)) + (2 * Math.Sin(Math.Tau * hour / 37)) + (0.2 * random.NextDouble()))],
            TimeSpan.FromHours(1), Noon);
    }

    // 4·2·… by hand: A = [[4,12,-16],[12,37,-43],[-16,-43,98]] has L = [[2],[6,1],[-8,5,3]] (the textbook's own example).
    [Fact]
    public void Cholesky_gives_the_textbook_factor_and_solves()
    {
        double[] matrix = [4, 12, -16, 12, 37, -43, -16, -43, 98];
        Assert.True(Cholesky.TryFactor(matrix, 3));
        Assert.Equal([2, 6, 1, -8, 5, 3], new[] { matrix[0], matrix[3], matrix[4], matrix[6], matrix[7], matrix[8] });
        double[] vector = [4 + 24 - 48, 12 + 74 - 129, -16 - 86 + 294];   // A·(1, 2, 3)
        Cholesky.Solve(matrix, 3, vector);
        Assert.Equal([1, 2, 3], vector);
        Assert.False(Cholesky.TryFactor([1, 2, 2, 1], 2));
    }

    // Two lags, horizon 1, series 0 1 3 7: differences (-1, -2) to (2, 4), so w = -10/(5 + penalty) and the next is 7 + 4·10/(5 + penalty).
    [Theory]
    [InlineData(5, 11)]
    [InlineData(15, 9)]
    public void Ridge_of_one_coefficient_is_as_computed_by_hand(double penalty, double next)
    {
        double[] series = [0, 1, 3, 7];
        var model = new NLinearRidge(lags: 2, horizon: 1, penalty);
        model.Learn(series, 2);
        model.Learn(series, 3);
        model.Fit();
        double[] forecast = new double[1];
        model.Forecast(series, 4, forecast);
        Assert.Equal(next, forecast[0], 1e-12);
    }

    [Fact]
    public void Ridge_on_ETTh1_is_as_good_as_measured_elsewhere()
    {
        // Oil temperature, 12/4/4 months, standardised by the training part: MSE 0.026 and MAE 0.122 at 24 h with 336 lags and
        // penalty 100 (numpy), last value 0.034 and 0.139. Every ninth forecast of the model keeps the test short.
        double[] raw = [.. File.ReadLines(SharedData.Require("ett", "ETTh1.csv")).Skip(1)
            .Select(line => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))];
        double mean = raw.Take(8640).Average();
        double deviation = Math.Sqrt(raw.Take(8640).Average(value => (value - mean) * (value - mean)));
        double[] series = [.. raw.Select(value => (value - mean) / deviation)];
        var model = new NLinearRidge(lags: 336, horizon: 24, penalty: 100);
        for (int origin = 336; origin + 24 <= 8640; origin++)
        {
            model.Learn(series, origin);
        }

        model.Fit();
        double[] forecast = new double[24];
        ForecastErrors errors = default, lastValue = default;
        for (int origin = 8640 + 2880; origin + 24 <= 8640 + (2 * 2880); origin++)
        {
            bool judged = origin % 9 == 0;
            if (judged)
            {
                model.Forecast(series, origin, forecast);
            }

            for (int step = 0; step < 24; step++)
            {
                errors = judged ? errors.With(forecast[step] - series[origin + step]) : errors;
                lastValue = lastValue.With(series[origin - 1] - series[origin + step]);
            }
        }

        Assert.Equal(0.026, errors.Squared / errors.Count, 0.001);
        Assert.Equal(0.122, errors.Mae, 0.002);
        Assert.Equal(0.034, lastValue.Squared / lastValue.Count, 0.001);
        Assert.Equal(0.139, lastValue.Mae, 0.002);
    }

    [Fact]
    public async Task A_periodic_series_is_forecast_better_than_naively_and_the_summary_says_so()
    {
        await using var executor = new Executor(
            new ExecutorOptions { Lanes = 2 }, AnalyticsCatalog.Create(), new Estimates(), new RecordLog(), TimeProvider.System, "here");
        TaskGraph graph = BackTestGraph.For(Series(240));
        Assert.Equal(12, graph.Tasks.Count(task => task.Kind.ToString() == "rolling-backtest@1" && task.After.Count == 0));
        DerivedValues values = DerivedValues.From(await executor.RunAsync(graph, Token));
        Dictionary<string, double> byName = values.Values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
        Assert.Equal(1, byName["temperature_backtest_beats_naive"]);
        Assert.True(byName["temperature_backtest_mae"] < 0.5 * byName["temperature_backtest_mae_last_value"]);
        Assert.Contains(byName["temperature_backtest_penalty"], BackTestGraph.DefaultPenalties);
        Assert.All(values.Values, value => Assert.Equal(("summary", Noon), (value.Task, value.At)));
    }

    [Fact]
    public void Every_length_from_sixty_points_gives_folds_that_tasks_accept() =>
        Gen.Select(Gen.Int[BackTestGraph.MinPoints, 400], Gen.Int[1, 16], Gen.Int[0, 4].Select(index => Steps[index])).Sample(
            (points, folds, minutes) =>
            {
                TaskGraph graph = BackTestGraph.For(Series(points) with { Step = TimeSpan.FromMinutes(minutes) }, folds, [1.0]);
                int until = points / 2;
                foreach (TaskSpec task in graph.Tasks.Take(folds))
                {
                    BackTestFold fold = BackTestFold.Decode(task.Input);
                    Assert.Equal(until, fold.From);
                    until = fold.Until;
                }

                Assert.Equal(points, until);
                Assert.True(RollingBackTestTask.Run(BackTestFold.Decode(graph.Tasks[0].Input), () => { }, Token).Model.Count > 0);
            },
            iter: 40);

    [Fact]
    public void The_future_does_not_change_a_forecast_before_it()
    {
        BackTestFold fold = BackTestFold.Decode(BackTestGraph.For(Series(120)).Tasks[0].Input);
        ImmutableArray<double> changed = [.. fold.Series.Select((value, index) => index < fold.Until ? value : 1e6)];
        Assert.Equal(RollingBackTestTask.Run(fold, () => { }, Token), RollingBackTestTask.Run(fold with { Series = changed }, () => { }, Token));
    }

    [Fact]
    public void A_constant_series_is_forecast_without_error() =>
        Assert.Equal(0, RollingBackTestTask.Run(
            BackTestFold.Decode(BackTestGraph.For(Series(60) with { Values = [.. Enumerable.Repeat(21.5, 60)] }).Tasks[0].Input), () => { }, Token).Model.Mae);

    // The bits, not the digits: a neighbour on another processor must return the same digest. A transcription to Python, in the
    // same order of operations, gives the same sums: 11291.863174626786 absolute, 1197572.66763257 squared, 4954 seasonal.
    [Fact]
    public void The_result_of_a_fold_has_the_same_digest_everywhere()
    {
        RegularSeries series = Series(200) with { Values = [.. Enumerable.Range(0, 200).Select(index => (double)(index * index % 97))] };
        byte[] output = RollingBackTestTask.Run(new TaskInput(BackTestGraph.For(series).Tasks[0].Input, []), Token);
        Assert.Equal("47d6561dee0e8068e8a7c836d44b95da686a2c321c90d3e976230ba31aa20e4f", Digest.Of(output).ToString());
    }

    // Noise around a swing: nine of ten intervals should hold the truth. They know only the errors of a fold, so they are narrow.
    [Fact]
    public void Intervals_hold_most_of_the_truth()
    {
        IntervalCoverage coverage = default;
        foreach (TaskSpec task in BackTestGraph.For(Series(400)).Tasks.Where(task => task.After.Count == 0))
        {
            coverage += RollingBackTestTask.Run(BackTestFold.Decode(task.Input), () => { }, Token).Intervals;
        }

        Assert.True(coverage.Judged > 500, $"{coverage}");
        Assert.InRange(coverage.Share, 0.7, 0.97);
    }

    [Fact]
    public void Less_than_sixty_points_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BackTestGraph.For(Series(59)));

    [Theory]
    [InlineData(600)]
    [InlineData(2000)]
    public void A_fold_is_worth_lending(int points)
    {
        TaskGraph graph = BackTestGraph.For(Series(points));
        var milliseconds = new List<double>();
        foreach (TaskSpec task in graph.Tasks.Where(task => task.After.Count == 0).Where((_, index) => index % 3 == 0))
        {
            long start = TimeProvider.System.GetTimestamp();
            RollingBackTestTask.Run(new TaskInput(task.Input, []), Token);
            milliseconds.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{points} points: {string.Join(", ", milliseconds.Select(time => $"{time:0}"))} ms");
        Assert.InRange(milliseconds.Min(), 5, 10_000);   // 80 to 160 ms in a release build on a busy machine
    }
}
