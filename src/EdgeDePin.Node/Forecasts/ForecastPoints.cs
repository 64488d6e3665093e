using EdgeDePin.Analytics;
using EdgeDePin.Storage;

namespace EdgeDePin.Node.Forecasts;

/// <summary>How a forecast lies in the store: measurement <c>forecast</c>, at the instants it is about. A newer forecast of an instant takes the place of the older one.</summary>
internal static class ForecastPoints
{
    public const string Measurement = "forecast";

    public static IEnumerable<Point> From(ForecastSource source, ForecastAnswer answer, string runId, string task, NodeOptions node) =>
        Enumerable.Range(0, answer.Values.Length).Select(step => new Point(
            Measurement,
            [
                new("site", node.Site), new("node", node.Name), new("sensor", source.Sensor.Value), new("name", source.Quantity.Field),
                new("unit", source.Quantity.Unit),
            ],
            [
                new("value", answer.Values[step]), new("low", answer.Low[step]), new("high", answer.High[step]), new("lead", (long)step + 1),
                new("model", FieldValue.String(answer.Used)), new("run", FieldValue.String(runId)), new("task", FieldValue.String(task)),
            ],
            Point.InstantOf(new DateTimeOffset(answer.At(step), TimeSpan.Zero))));
}
