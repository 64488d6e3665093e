using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>backtest-summary@1</c>: own input which series it was, dependencies the results of its folds, output the best penalty,
/// its errors over all folds, and whether it beats the forecasts that cost nothing.
/// </summary>
internal static class BackTestSummaryTask
{
    public static readonly TaskKind Kind = new("backtest-summary", 1);

    /// <param name="newest">Instant of the newest value of the series.</param>
    public static byte[] Own(SensorId sensor, Quantity quantity, DateTimeOffset newest) => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(3);
        writer.WriteTextString(sensor.Value);
        writer.WriteTextString(quantity.Name);
        writer.WriteInstant(newest);
        writer.WriteEndArray();
    });

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        (SensorId sensor, Quantity quantity, DateTimeOffset newest) = CanonicalCbor.Decode(input.Own, "the name of a series", reader =>
        {
            reader.ReadStartArray();
            (SensorId, Quantity, DateTimeOffset) name = (reader.ReadSensor(), reader.ReadQuantity(), reader.ReadInstant());
            reader.ReadEndArray();
            return name;
        });
        FoldResult best = Best(input.Dependencies.Select(FoldResult.Decode));
        double naive = Math.Min(best.LastValue.Mae, best.Seasonal.Mae);
        DerivedValue Value(string name, string unit, double value) => new($"{quantity}_backtest_{name}", unit, value, sensor, newest);
        return DerivedValue.Encode([
            Value("penalty", "/", best.Penalty),
            Value("forecasts", "count", best.Model.Count),
            Value("mae", quantity.Unit, best.Model.Mae),
            Value("rmse", quantity.Unit, best.Model.Rmse),
            Value("mae_last_value", quantity.Unit, best.LastValue.Mae),
            Value("rmse_last_value", quantity.Unit, best.LastValue.Rmse),
            Value("mae_seasonal", quantity.Unit, best.Seasonal.Mae),
            Value("rmse_seasonal", quantity.Unit, best.Seasonal.Rmse),
            Value("coverage_90", "/", best.Intervals.Share),
            Value("beats_naive", "/", best.Model.Mae < naive ? 1 : 0)]);
    }

    /// <summary>The folds of each penalty together, and of those the one with the least mean absolute error; the larger penalty of equals.</summary>
    public static FoldResult Best(IEnumerable<FoldResult> folds) => folds
        .GroupBy(fold => fold.Penalty)
        .Select(same => same.Aggregate((left, right) => new FoldResult(
            left.Penalty, left.Model + right.Model, left.LastValue + right.LastValue, left.Seasonal + right.Seasonal,
            left.Intervals + right.Intervals)))
        .OrderByDescending(fold => fold.Penalty)
        .MinBy(fold => fold.Model.Mae)!;
}
