using EdgeDePin.Analytics;
using EdgeDePin.Model;
using EdgeDePin.Node.Forecasts;

namespace EdgeDePin.Node;

/// <summary>
/// The newest readings of each sensor and quantity, what a back-test is run over; and the means of many more steps, what a forecast is made
/// from. One caller at a time.
/// </summary>
/// <param name="step">Of the means.</param>
internal sealed class RecentReadings(TimeSpan step)
{
    /// <summary>A month of hours, a day of two minutes; 60 KB for each series.</summary>
    public const int StepsPerSeries = 720;

    /// <summary>12 minutes at 1 Hz, a day at a reading every two minutes; 29 KB for each series.</summary>
    public const int PerSeries = 720;

    /// <summary>As many series as the windows follow.</summary>
    public const int MaxSeries = WindowHistory.MaxSeries;

    private readonly Dictionary<(SensorId, Quantity), Queue<Reading>> _series = [];
    private readonly Dictionary<(SensorId, Quantity), SortedDictionary<long, (double Sum, int Count)>> _steps = [];
    private int _turn;

    public void Add(Reading reading)
    {
        if (!_series.TryGetValue((reading.Sensor, reading.Quantity), out Queue<Reading>? readings))
        {
            if (_series.Count == MaxSeries)
            {
                return;
            }

            _series.Add((reading.Sensor, reading.Quantity), readings = new Queue<Reading>(PerSeries));
            _steps.Add((reading.Sensor, reading.Quantity), []);
        }

        if (readings.Count == PerSeries)
        {
            readings.Dequeue();
        }

        readings.Enqueue(reading);
        SortedDictionary<long, (double Sum, int Count)> steps = _steps[(reading.Sensor, reading.Quantity)];
        long place = reading.ObservedAt.UtcTicks / step.Ticks;
        (double sum, int count) = steps.GetValueOrDefault(place);
        steps[place] = (sum + reading.Value, count + 1);
        if (steps.Count > StepsPerSeries)
        {
            steps.Remove(steps.Keys.First());
        }
    }

    /// <summary>Every series as means of equal steps.</summary>
    public IReadOnlyList<ForecastSource> Sources() =>
    [
        .. _steps.OrderBy(series => series.Key.Item2.Name, StringComparer.Ordinal).ThenBy(series => series.Key.Item1.Value, StringComparer.Ordinal)
            .Select(series => ForecastSource.Of(
                series.Key.Item1, series.Key.Item2, step, series.Value.Select(one => (new DateTimeOffset(one.Key * step.Ticks, TimeSpan.Zero), one.Value.Sum / one.Value.Count))))
            .OfType<ForecastSource>(),
    ];

    /// <summary>The next series, in turn, that has enough readings to judge a forecaster by; null when none has.</summary>
    public RegularSeries? NextForBackTest()
    {
        (SensorId Sensor, Quantity Quantity)[] ready = [.. _series
            .Where(series => series.Value.Count >= BackTestGraph.MinPoints && series.Key.Item2 != Quantity.Energy)
            .Select(series => series.Key)
            .OrderBy(key => key.Item2.Name == Quantity.Temperature.Name ? "" : key.Item2.Name, StringComparer.Ordinal)
            .ThenBy(key => key.Item1.Value, StringComparer.Ordinal)];
        if (ready.Length == 0)
        {
            return null;
        }

        (SensorId sensor, Quantity quantity) = ready[_turn++ % ready.Length];
        Reading[] readings = [.. _series[(sensor, quantity)].OrderBy(reading => reading.ObservedAt)];

        // Sensors are asked at equal steps, give or take; the forecaster looks at values in turn, and the mean step names their season.
        TimeSpan mean = (readings[^1].ObservedAt - readings[0].ObservedAt) / (readings.Length - 1);
        return mean > TimeSpan.Zero
            ? new RegularSeries(sensor, quantity, [.. readings.Select(reading => reading.Value)], mean, readings[^1].ObservedAt)
            : null;
    }
}
