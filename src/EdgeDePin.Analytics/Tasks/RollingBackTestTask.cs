using EdgeDePin.Execution;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>rolling-backtest@1</c>: own input a <see cref="BackTestFold"/>, output a <see cref="FoldResult"/>. At each origin the
/// forecaster is fitted to everything before it, and judged against last value and seasonal naive. Worth lending, and bit-equal
/// everywhere: only + - * / and square roots, which IEEE 754 rounds in one way.
/// </summary>
internal static class RollingBackTestTask
{
    public static readonly TaskKind Kind = new("rolling-backtest", 1);

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken) =>
        Run(BackTestFold.Decode(input.Own), input.Yield, cancellationToken).Encode();

    /// <param name="breathe">Called between origins, some milliseconds apart: lets others go first.</param>
    public static FoldResult Run(BackTestFold fold, Action breathe, CancellationToken cancellationToken)
    {
        double scale = StandardDeviation(fold.Series.AsSpan()[..fold.From]);
        double[] series = [.. fold.Series.Select(value => value / scale)];
        var model = new NLinearRidge(fold.Lags, fold.Horizon, fold.Penalty);
        var result = new FoldResult(fold.Penalty, default, default, default, default);
        double[] forecast = new double[fold.Horizon];
        var intervals = new BootstrapIntervals(fold.Replicates, fold.Lags, fold.Horizon, fold.Penalty);
        int learned = fold.Lags;
        for (int origin = fold.From; origin + fold.Horizon <= fold.Until; origin += fold.Stride)
        {
            breathe();
            cancellationToken.ThrowIfCancellationRequested();

            // Only what was complete by then: an example whose target reaches beyond the origin would know the future.
            for (; learned + fold.Horizon <= origin; learned++)
            {
                model.Learn(series, learned);
                intervals.Learn(series, learned);
            }

            model.Fit();
            model.Forecast(series, origin, forecast);
            result = Judge(result, fold, origin, forecast, scale);
            result = result with { Intervals = result.Intervals + intervals.Judge(series, origin, forecast) };
        }

        return result;
    }

    private static FoldResult Judge(FoldResult result, BackTestFold fold, int origin, double[] forecast, double scale)
    {
        (ForecastErrors model, ForecastErrors lastValue, ForecastErrors seasonal) = (result.Model, result.LastValue, result.Seasonal);
        for (int step = 0; step < fold.Horizon; step++)
        {
            double truth = fold.Series[origin + step];
            int seasonAgo = origin + step - (fold.Season * ((step / fold.Season) + 1));
            model = model.With((forecast[step] * scale) - truth);
            lastValue = lastValue.With(fold.Series[origin - 1] - truth);
            seasonal = seasonal.With(fold.Series[seasonAgo] - truth);
        }

        return result with { Model = model, LastValue = lastValue, Seasonal = seasonal };
    }

    private static double StandardDeviation(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        double mean = sum / values.Length;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        double deviation = Math.Sqrt(squares / values.Length);
        return deviation > 0 ? deviation : 1;
    }
}
