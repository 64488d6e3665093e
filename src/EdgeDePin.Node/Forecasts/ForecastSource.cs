using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Node.Forecasts;

/// <summary>A series that is to be forecast.</summary>
/// <param name="Values">Means of equal steps, oldest first; NaN where nothing was measured.</param>
internal sealed record ForecastSource(SensorId Sensor, Quantity Quantity, DateTimeOffset Start, TimeSpan Step, double[] Values)
{
    /// <summary>Lays readings on steps; null where there is none.</summary>
    public static ForecastSource? Of(SensorId sensor, Quantity quantity, TimeSpan step, IEnumerable<(DateTimeOffset At, double Value)> readings)
    {
        var steps = new SortedDictionary<long, (double Sum, int Count)>();
        foreach ((DateTimeOffset at, double value) in readings)
        {
            long place = at.UtcTicks / step.Ticks;
            (double sum, int count) = steps.GetValueOrDefault(place);
            steps[place] = (sum + value, count + 1);
        }

        if (steps.Count == 0)
        {
            return null;
        }

        long newest = steps.Keys.Last(), oldest = Math.Max(steps.Keys.First(), newest - ForecastRequest.MaxValues + 1);
        double[] values = [.. Enumerable.Range(0, (int)(newest - oldest + 1))
            .Select(place => steps.TryGetValue(oldest + place, out (double Sum, int Count) found) ? found.Sum / found.Count : double.NaN)];
        return new ForecastSource(sensor, quantity, new DateTimeOffset(oldest * step.Ticks, TimeSpan.Zero), step, values);
    }

    /// <summary>Without the newest step, which is not over yet.</summary>
    public ForecastSource Completed() => this with { Values = Values[..^1] };

    public ForecastRequest Request(int horizon) => new(Start.UtcDateTime, Step, Values, horizon);
}
