using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What follows from the means of one window of a weather station.</summary>
internal static class WeatherValues
{
    private const double HoursOfTendency = 3;

    // Below it the heat index is not defined (US National Weather Service).
    private const double LeastForHeat = 26.7;

    public static IEnumerable<DerivedValue> Of(Window window, IReadOnlyCollection<Aggregate> aggregates, WindowContext context)
    {
        foreach (Aggregate temperature in aggregates.Where(aggregate => aggregate.Quantity == Quantity.Temperature))
        {
            double celsius = temperature.Mean;
            double? humidity = Beside(temperature, Quantity.RelativeHumidity)?.Mean;
            double? wind = Nearest(temperature, Quantity.WindSpeed)?.Mean;
            if (humidity is { } damp && DewPoint.Celsius(celsius, damp) is double dewPoint)
            {
                yield return Value("dew_point", dewPoint);
            }

            if (humidity is { } percent && celsius >= LeastForHeat)
            {
                yield return Value("heat_index", HeatIndex.Celsius(celsius, percent));
            }

            if (wind is { } cold && WindChill.Celsius(celsius, cold) is { } chill)
            {
                yield return Value("wind_chill", chill);
            }

            if (humidity is { } felt && wind is { } speed)
            {
                yield return Value("apparent_temperature", ApparentTemperature.Celsius(celsius, felt, speed));
            }

            if (Beside(temperature, Quantity.Pressure)?.Mean is double pressure && context.AltitudeMetres is double altitude)
            {
                double atSeaLevel = SeaLevelPressure.Pascals(pressure, altitude, celsius);
                yield return new DerivedValue("sea_level_pressure", "Pa", atSeaLevel, temperature.Sensor, window.From);
                if (Before(temperature.Sensor) is { } before)
                {
                    double tendency = pressure - before;
                    yield return new DerivedValue("pressure_tendency", "Pa", tendency, temperature.Sensor, window.From);
                    if (context.Latitude is { } latitude)
                    {
                        char letter = Zambretti.Letter(
                            atSeaLevel, tendency / HoursOfTendency, window.From.UtcDateTime.Month, wind > 0 ? Nearest(temperature, Quantity.WindDirection)?.Mean : null, latitude >= 0);
                        yield return new DerivedValue("zambretti", "/", letter - 'A' + 1, temperature.Sensor, window.From);
                    }
                }
            }

            DerivedValue Value(string name, double value) => new(name, "Cel", value, temperature.Sensor, window.From);
        }

        Aggregate? Beside(Aggregate one, Quantity quantity) => aggregates.FirstOrDefault(other => other.Sensor == one.Sensor && other.Quantity == quantity);

        // An anemometer is a sensor of its own; a station has one.
        Aggregate? Nearest(Aggregate one, Quantity quantity) => Beside(one, quantity) ?? aggregates.FirstOrDefault(other => other.Quantity == quantity);

        double? Before(SensorId sensor) => context.PressuresBefore.Where(reading => reading.Sensor == sensor).Select(reading => (double?)reading.Value).FirstOrDefault();
    }
}
