using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>derive@1</c>: own input the context of a window, dependencies the cleaned window and its aggregates, output what follows
/// from several of them: dew point, sea-level pressure, air quality indices, energy and mean power. It stays on the node:
/// logarithms and powers differ in the last bit between C libraries.
/// </summary>
internal static class DeriveTask
{
    public static readonly TaskKind Kind = new("derive", 1);

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        WindowContext context = WindowContext.DecodeForDerivation(input.Own);
        Window window = CleanedWindow.Decode(input.Dependencies[0]).Window;
        Aggregate[] aggregates = [.. input.Dependencies.Skip(1).SelectMany(Aggregate.Decode)];
        return DerivedValue.Encode([
            .. Weather(window, aggregates, context.AltitudeMetres),
            .. AirQuality(window, aggregates, context.HourlyMeans),
            .. Energy(window, context.Counters)]);
    }

    private static IEnumerable<DerivedValue> Weather(Window window, Aggregate[] aggregates, double? altitudeMetres)
    {
        foreach (Aggregate temperature in aggregates.Where(aggregate => aggregate.Quantity == Quantity.Temperature))
        {
            double? Mean(Quantity quantity) => aggregates
                .FirstOrDefault(aggregate => aggregate.Sensor == temperature.Sensor && aggregate.Quantity == quantity)?.Mean;

            if (Mean(Quantity.RelativeHumidity) is double humidity && DewPoint.Celsius(temperature.Mean, humidity) is double dewPoint)
            {
                yield return new DerivedValue("dew_point", "Cel", dewPoint, temperature.Sensor, window.From);
            }

            if (Mean(Quantity.Pressure) is double pressure && altitudeMetres is double altitude)
            {
                double atSeaLevel = SeaLevelPressure.Pascals(pressure, altitude, temperature.Mean);
                yield return new DerivedValue("sea_level_pressure", "Pa", atSeaLevel, temperature.Sensor, window.From);
            }
        }
    }

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

    private static IEnumerable<DerivedValue> Energy(Window window, IReadOnlyList<Reading> counters)
    {
        foreach (IGrouping<SensorId, Reading> meter in window.Readings
            .Where(reading => reading.Quantity == Quantity.Energy).GroupBy(reading => reading.Sensor))
        {
            Reading? previous = counters.Where(counter => counter.Sensor == meter.Key).Select(counter => (Reading?)counter).FirstOrDefault();
            CounterDelta delta = MonotoneCounter.Credit(meter, previous);
            if (delta.Last is Reading last)
            {
                yield return new DerivedValue("energy_counter", "kWh", last.Value, meter.Key, last.ObservedAt);
            }

            if (delta.Span > TimeSpan.Zero)
            {
                yield return new DerivedValue("energy_delta", "kWh", delta.Delta, meter.Key, window.From);
                yield return new DerivedValue("energy_mean_power", "W", 1_000 * delta.Delta / delta.Span.TotalHours, meter.Key, window.From);
            }
        }
    }
}
