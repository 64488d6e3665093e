using EdgeDePin.Analytics.Faults;
using EdgeDePin.Model;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>How soon faults are found, and how often there is none.</summary>
internal static class FaultFigures
{
    private static readonly SensorId Sensor = new("sensor");
    private static readonly DateTimeOffset Onset = new(2018, 3, 27, 0, 0, 0, TimeSpan.Zero);

    // Of a DHT22 that failed: four fifths of the samples of a day at 99.9 %RH.
    private const double Pinned = 0.8;

    public static double HoursToSaturation()
    {
        var watch = new FaultWatch(Sensor, Quantity.RelativeHumidity);
        var random = new Random(1);
        foreach ((DateTimeOffset at, double value) in PublishedSeries.SensorCommunity(PublishedSeries.Well[1].File, "humidity"))
        {
            watch.Judge(at >= Onset && random.NextDouble() < Pinned ? 99.9 : value, at);
            if (at >= Onset && watch.Now is { Score: >= FaultWatch.Alarm, Reason: FaultReason.Saturated })
            {
                return (at - Onset).TotalHours;
            }
        }

        return double.PositiveInfinity;
    }

    public static double ReadingsToThermistor() => PublishedSeries.Thermistors().Max(values =>
    {
        var watch = new FaultWatch(Sensor, Quantity.Temperature);
        return 1.0 + Array.FindIndex([.. Enumerable.Range(0, values.Length)], minute =>
        {
            watch.Judge(values[minute], Onset.AddMinutes(minute));
            return watch.Score >= FaultWatch.Alarm;
        });
    });

    /// <returns>The worst series; the one true fault among them, a clock that went back by a day, is not counted.</returns>
    public static double WorstFalseAlarms() => PublishedSeries.Well.Max(one =>
    {
        var watch = new FaultWatch(Sensor, one.Quantity);
        var last = DateTimeOffset.MinValue;
        (int alarms, int hours) = (0, 0);
        foreach ((DateTimeOffset at, double value) in PublishedSeries.SensorCommunity(one.File, one.Column))
        {
            hours += watch.Judge(value, at) is null ? 0 : 1;
            if (watch.Score >= FaultWatch.Alarm && watch.Now.Reason != FaultReason.Clock)
            {
                alarms += (at - last).Duration() > TimeSpan.FromDays(1) ? 1 : 0;
                last = at;
            }
        }

        return alarms * 720.0 / hours;
    });
}
