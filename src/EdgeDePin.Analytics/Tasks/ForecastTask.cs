using EdgeDePin.Execution;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>forecast@1</c>: own input a <see cref="ForecastRequest"/>, output a <see cref="ForecastAnswer"/>. It trains with the effort of a
/// night and predicts from the newest value on. Worth lending, and bit-equal everywhere: sums, products, quotients and square roots.
/// </summary>
public static class ForecastTask
{
    public static readonly TaskKind Kind = new("forecast", 1);

    internal static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        ForecastRequest request = ForecastRequest.Decode(input.Own);
        return Forecast(request, input.Yield, cancellationToken).Encode();
    }

    private static ForecastAnswer Forecast(ForecastRequest request, Action breathe, CancellationToken cancellationToken)
    {
        int length = Array.FindLastIndex(request.Values, double.IsFinite) + 1;
        int first = Array.FindIndex(request.Values, double.IsFinite);
        int fewest = ForecastTraining.FewestToValidate(request.Horizon), toLearn = Math.Max(20, 2 * request.Horizon);
        int validate = length - Math.Max(fewest, (length - Math.Max(0, first)) / 4);
        if (validate - first < toLearn)
        {
            throw new FormatException($"{Math.Max(0, length - Math.Max(0, first))} values are too few for a horizon of {request.Horizon}: at least {fewest + toLearn} are needed.");
        }

        var series = new GriddedSeries("series", request.Start, SeriesStep.Of(request.Step), request.Values[..length], [], []);
        var frame = new ForecastFrame(series, validate);
        (RollingForecast rolling, ForecastChoice choice) =
            new ForecastTraining(frame, request.Horizon, validate, length, ForecastEffort.Nightly, breathe, cancellationToken).Run();
        ForecastStep step = rolling.Next(length);
        return new ForecastAnswer(
            series.At(length), request.Step, [.. step.Combined.Select(frame.Unscale)], [.. step.Low.Select(frame.Unscale)], [.. step.High.Select(frame.Unscale)],
            choice.Used, choice.Reason, string.Join(' ', choice.Ridges.Select(ridge => $"{ridge.Shape}:{ridge.Penalty}")), choice.Trees);
    }
}
