using System.Diagnostics;
using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Model;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>Microseconds for one reading.</summary>
internal static class DetectorCost
{
    private const int Rounds = 3;

    /// <summary>Anomaly detector, fault watch with its score asked each time, and drift among five sensors.</summary>
    public static double OnPublished() => Cost([.. PublishedSeries.Well.Skip(2).Select(one => (one.Quantity, PublishedSeries.SensorCommunity(one.File, one.Column)))]);

    public static double OnRandomWalk()
    {
        var random = new Random(1);
        double value = 20;
        return Cost([(Quantity.Temperature, [.. Enumerable.Range(0, 100_000).Select(number => (DateTimeOffset.UnixEpoch.AddMinutes(5 * number), value += random.NextDouble() - 0.5))])]);
    }

    public static double Gaussian()
    {
        (DateTimeOffset At, double Value)[] readings = [.. PublishedSeries.SensorCommunity(PublishedSeries.Well[2].File, "temperature")];
        var detector = new WindowedGaussian();
        double sum = 0;
        long began = Stopwatch.GetTimestamp();
        foreach ((_, double value) in readings)
        {
            sum += detector.Score(value);
        }

        return (Stopwatch.GetElapsedTime(began).TotalMicroseconds / readings.Length) + (sum >= 0 ? 0 : 1);
    }

    private static double Cost((Quantity Quantity, IReadOnlyList<(DateTimeOffset At, double Value)> Readings)[] series)
    {
        double best = double.MaxValue, sum = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var drift = new DriftCheck();
            long began = Stopwatch.GetTimestamp();
            foreach ((Quantity quantity, IReadOnlyList<(DateTimeOffset, double)> readings) in series)
            {
                var watch = new FaultWatch(new SensorId($"sensor-{quantity}"), quantity, drift);
                var detector = new AnomalyDetector();
                foreach ((DateTimeOffset at, double value) in readings)
                {
                    watch.Judge(value, at);
                    sum += watch.Score + detector.Judge(value, at).Surprise;
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / series.Sum(one => one.Readings.Count));
        }

        return best + (sum >= 0 ? 0 : 1);
    }
}
