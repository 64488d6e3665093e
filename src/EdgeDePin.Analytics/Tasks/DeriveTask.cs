using System.Globalization;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>derive@2</c>: own input the context of a window, dependencies the cleaned window and its aggregates, output what follows from several of them: how
/// the weather feels, pressure at sea level and its tendency, air quality indices, what counters grew by. Logarithms and powers differ in the last bit
/// between C libraries, so results are rounded to twelve digits: they are equal on every processor.
/// </summary>
internal static class DeriveTask
{
    public static readonly TaskKind Kind = new("derive", 2);

    /// <summary>Of the names of believed counter readings.</summary>
    public const string CounterSuffix = "_counter";

    private const string DeltaSuffix = "_delta", MeanPower = "energy_mean_power";

    /// <summary>Whether a value of this name says by how much a counter grew in its window.</summary>
    public static bool IsGrowth(string name) => name.EndsWith(DeltaSuffix, StringComparison.Ordinal) || name == MeanPower;

    private const int Digits = 12;

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        WindowContext context = WindowContext.DecodeForDerivation(input.Own);
        Window window = CleanedWindow.Decode(input.Dependencies[0]).Window;
        Aggregate[] aggregates = [.. input.Dependencies.Skip(1).SelectMany(Aggregate.Decode)];
        return DerivedValue.Encode([
            .. Rounded(WeatherValues.Of(window, aggregates, context)),
            .. Rounded(AirQuality(window, aggregates, context.HourlyMeans)),
            .. Rounded(Counters(window, context.Counters))]);
    }

    private static IEnumerable<DerivedValue> Rounded(IEnumerable<DerivedValue> values) => values.Select(value => value with
    {
        Value = value.Value == 0 ? 0 : double.Parse(value.Value.ToString($"E{Digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
    });

    private static IEnumerable<DerivedValue> AirQuality(Window window, Aggregate[] aggregates, IReadOnlyList<SensorSeries> hourlyMeans)
    {
        // The index of a station is that of its worst pollutant (EPA 454/B-24-002, section II).
        var worst = new SortedDictionary<(string Sensor, string Name), DerivedValue>();
        foreach (Aggregate aggregate in aggregates.Where(aggregate => aggregate.Quantity == Quantity.Pm25 || aggregate.Quantity == Quantity.Pm10))
        {
            // Not the official index, which needs hours: what it would be if the air stayed as it is.
            if (UsAqi.Of(aggregate.Quantity, aggregate.Mean) is int instant)
            {
                yield return new DerivedValue($"aqi_{aggregate.Quantity}_instant", "/", instant, aggregate.Sensor, window.From);
                Keep(new DerivedValue("us_aqi_instant", "/", instant, aggregate.Sensor, window.From));
            }

            SensorSeries? means = hourlyMeans.FirstOrDefault(series => series.Sensor == aggregate.Sensor && series.Quantity == aggregate.Quantity);
            if (means is not null && NowCast.Of(aggregate.Quantity, means.Values) is double nowCast)
            {
                yield return new DerivedValue($"nowcast_{aggregate.Quantity}", aggregate.Quantity.Unit, nowCast, aggregate.Sensor, window.From);
                int index = UsAqi.Of(aggregate.Quantity, nowCast)!.Value;
                yield return new DerivedValue($"aqi_{aggregate.Quantity}", "/", index, aggregate.Sensor, window.From);
                Keep(new DerivedValue("us_aqi", "/", index, aggregate.Sensor, window.From));
            }

            // The European index is of the last whole hour.
            Pollutant pollutant = aggregate.Quantity == Quantity.Pm25 ? Pollutant.Pm25 : Pollutant.Pm10;
            if (means is { Values: [.., { } hour] } && EuAqi.Of2024.Of(pollutant, hour) is { } band)
            {
                yield return new DerivedValue($"eaqi_{aggregate.Quantity}", "/", (int)band, aggregate.Sensor, window.From);
                Keep(new DerivedValue("eu_aqi", "/", (int)band, aggregate.Sensor, window.From));
            }
        }

        foreach (DerivedValue value in worst.Values)
        {
            yield return value;
        }

        void Keep(DerivedValue value)
        {
            (string, string) key = (value.Sensor.Value, value.Name);
            worst[key] = worst.TryGetValue(key, out DerivedValue? known) && known.Value >= value.Value ? known : value;
        }
    }

    private static IEnumerable<DerivedValue> Counters(Window window, IReadOnlyList<Reading> counters)
    {
        foreach (IGrouping<(SensorId Sensor, Quantity Quantity), Reading> meter in window.Readings
            .Where(reading => reading.Quantity.IsCounter).GroupBy(reading => (reading.Sensor, reading.Quantity)))
        {
            (SensorId sensor, Quantity quantity) = meter.Key;
            Reading? previous = counters.Where(counter => counter.Sensor == sensor && counter.Quantity == quantity).Select(counter => (Reading?)counter).FirstOrDefault();
            CounterDelta delta = MonotoneCounter.Credit(meter, previous);
            if (delta.Last is Reading last)
            {
                yield return new DerivedValue($"{quantity}{CounterSuffix}", quantity.Unit, last.Value, sensor, last.ObservedAt);
            }

            if (delta.Span > TimeSpan.Zero)
            {
                yield return new DerivedValue($"{quantity}{DeltaSuffix}", quantity.Unit, delta.Delta, sensor, window.From);
                if (quantity == Quantity.Energy)
                {
                    yield return new DerivedValue(MeanPower, "W", 1_000 * delta.Delta / delta.Span.TotalHours, sensor, window.From);
                }
            }
        }
    }
}
