namespace EdgeDePin.Analytics;

/// <summary>Judges forecasters on the end of a series that they have not seen.</summary>
public static class ForecastEvaluation
{
    /// <summary>Origins of a test at most, unless a stride is given.</summary>
    public const int MaxOrigins = 10_000;

    private const double ValidationShare = 0.25;

    /// <param name="horizon">Steps predicted from each origin; 1 to 1,000.</param>
    /// <param name="testFrom">The first instant that nothing was fitted on.</param>
    /// <param name="testUntil">The instant after the last; null: the end.</param>
    /// <param name="validateFrom">Where the span begins that choices are made by; null: a quarter before the test, at most a year.</param>
    /// <param name="stride">Steps from one origin to the next; null: 1, or the least that leaves no more than <see cref="MaxOrigins"/> and meets every hour.</param>
    /// <exception cref="SeriesException">Too little before or after the split.</exception>
    public static ForecastReport Run(
        GriddedSeries series, int horizon, DateTime testFrom, DateTime? testUntil, DateTime? validateFrom, int? stride,
        ForecastEffort effort, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        int test = series.FirstAtOrAfter(testFrom);
        int until = testUntil is { } end ? series.FirstAtOrAfter(end) : series.Values.Length;
        int first = Math.Max(0, Array.FindIndex(series.Values, double.IsFinite));
        int fewest = ForecastTraining.FewestToValidate(horizon), least = fewest + Math.Max(20, 2 * horizon);
        if (test - first < least)
        {
            throw new SeriesException($"Before {testFrom:u} there are {Math.Max(0, test - first)} steps of the series; at least {least} are needed for a horizon of {horizon}: choose a later --test-from (the series runs from {series.At(first):u} to {series.At(series.Values.Length - 1):u}).");
        }

        if (until - test < horizon)
        {
            throw new SeriesException($"From {testFrom:u} on there are {Math.Max(0, until - test)} steps; at least the horizon of {horizon} is needed: choose an earlier --test-from (the series ends at {series.At(series.Values.Length - 1):u}).");
        }

        int year = (int)Math.Min(int.MaxValue, TimeSpan.FromDays(365) / (series.Step.Months > 0 ? TimeSpan.FromDays(30.4 * series.Step.Months) : series.Step.Length));
        int validate = validateFrom is { } from ? series.FirstAtOrAfter(from) : test - Math.Max(fewest, Math.Min((int)((test - first) * ValidationShare), Math.Max(year, 4 * horizon)));
        if (validate - first < 20 || test - validate < fewest)
        {
            throw new SeriesException($"--validate-from {series.At(Math.Min(validate, series.Values.Length - 1)):u} leaves {validate - first} steps to learn from and {test - validate} to choose by; at least 20 and {fewest} are needed.");
        }

        var frame = new ForecastFrame(series, validate, test);
        (RollingForecast rolling, ForecastChoice choice) = Train(frame, horizon, validate, test, effort, cancellationToken);
        int apart = stride ?? ForecastTraining.Stride(until - test, MaxOrigins, frame.Season);
        rolling.Losses.Every(apart);
        return new ForecastTally(frame, rolling, horizon).Run(test, until, apart, choice, first, validate, cancellationToken);
    }

    /// <summary>What was said at every place from <paramref name="test"/> on, each forecast from what stood before it; nothing is fitted from there on.</summary>
    /// <returns>A list of the horizon's values for each place; a place whose last value is missing has the forecast before it, moved on.</returns>
    public static IReadOnlyList<double[]> Forecasts(
        GriddedSeries series, int horizon, int test, int until, ForecastEffort effort, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(series);
        int validate = test - Math.Max(ForecastTraining.FewestToValidate(horizon), test / 4);
        if (validate < Math.Max(20, 2 * horizon))
        {
            throw new SeriesException($"{test} steps before the first forecast are too few for a horizon of {horizon}: at least {ForecastTraining.FewestToValidate(horizon) + Math.Max(20, 2 * horizon)} are needed.");
        }

        var frame = new ForecastFrame(series, validate, test);
        (RollingForecast rolling, _) = Train(frame, horizon, validate, test, effort, cancellationToken);
        rolling.Losses.Every(1);
        var forecasts = new List<double[]>();
        double[] said = [];
        for (int origin = Newest(frame, test); origin < until; origin++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            said = frame.Observed(origin - 1) ? [.. rolling.Next(origin).Combined.Select(frame.Unscale)] : [.. said[1..], said[^1]];
            if (origin >= test)
            {
                forecasts.Add(said);
            }
        }

        return forecasts;
    }

    // A value that is missing right before the test is bridged with values of the test: the first forecast comes from before the gap.
    private static int Newest(ForecastFrame frame, int test)
    {
        int origin = test;
        while (!frame.Observed(origin - 1))
        {
            origin--;
        }

        return origin;
    }

    private static (RollingForecast Forecast, ForecastChoice Choice) Train(
        ForecastFrame frame, int horizon, int validate, int test, ForecastEffort effort, CancellationToken cancellationToken)
    {
        try
        {
            return new ForecastTraining(frame, horizon, validate, test, effort, static () => { }, cancellationToken).Run();
        }
        catch (FormatException error)
        {
            throw new SeriesException($"{frame.Series.Name}: {error.Message}");
        }
    }
}
