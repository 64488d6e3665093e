using EdgeDePin.Analytics;
using EdgeDePin.Model;
using EdgeDePin.Node.Forecasts;

namespace EdgeDePin.Node;

/// <summary>The newest readings of each sensor and quantity: what a back-test is run over. One caller at a time.</summary>
internal sealed class RecentReadings
{
    /// <summary>12 minutes at 1 Hz, a day at a reading every two minutes; 29 KB for each series.</summary>
    public const int PerSeries = 720;

    /// <summary>As many series as the windows follow.</summary>
    public const int MaxSeries = WindowHistory.MaxSeries;

    private readonly Dictionary<(SensorId, Quantity), Queue<Reading>> _series = [];
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
        }

        if (readings.Count == PerSeries)
        {
            readings.Dequeue();
        }

        readings.Enqueue(reading);
    }

    /// <summary>Every series as means of equal steps.</summary>
    public IReadOnlyList<ForecastSource> Sources(TimeSpan step) =>
    [
        .. _series.OrderBy(series => series.Key.Item2.Name, StringComparer.Ordinal).ThenBy(series => series.Key.Item1.Value, StringComparer.Ordinal)
            .Select(series => ForecastSource.Of(series.Key.Item1, series.Key.Item2, step, series.Value.Select(reading => (reading.ObservedAt, reading.Value))))
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
        TimeSpan step = (readings[^1].ObservedAt - readings[0].ObservedAt) / (readings.Length - 1);
        return step > TimeSpan.Zero
            ? new RegularSeries(sensor, quantity, [.. readings.Select(reading => reading.Value)], step, readings[^1].ObservedAt)
            : null;
    }
}
