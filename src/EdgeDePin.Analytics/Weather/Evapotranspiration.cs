namespace EdgeDePin.Analytics;

/// <summary>Where a station stands and an hour of its weather, for <see cref="Evapotranspiration"/>.</summary>
/// <param name="Celsius">Mean of the hour.</param>
/// <param name="RelativeHumidity">%RH, mean of the hour.</param>
/// <param name="Pascals">At the station.</param>
/// <param name="WindAtTwoMetres">m/s; see <see cref="Evapotranspiration.AtTwoMetres"/>.</param>
/// <param name="WattsPerSquareMetre">Global radiation, mean of the hour.</param>
/// <param name="From">Begin of the hour.</param>
/// <param name="Latitude">Degrees, north is positive.</param>
/// <param name="Longitude">Degrees, east is positive.</param>
public sealed record HourOfWeather(
    double Celsius, double RelativeHumidity, double Pascals, double WindAtTwoMetres, double WattsPerSquareMetre, DateTimeOffset From,
    double Latitude, double Longitude, double AltitudeMetres);

/// <summary>Water that short grass would give off: reference evapotranspiration by the hourly Penman-Monteith equation of FAO-56 (Allen et al. 1998, equation 53).</summary>
public static class Evapotranspiration
{
    // MJ m-2 h-1 K-4, and MJ m-2 min-1.
    private const double StefanBoltzmann = 2.043e-10;
    private const double SolarConstant = 0.0820;

    /// <summary>How clear the sky is where the sun does not tell: FAO-56 takes 0.8 of a dry, 0.4 of a humid place; between them.</summary>
    private const double UsualClearness = 0.6;

    /// <param name="clearness">Radiation over that of a clear sky some hours before sunset, for hours of the night; null: 0.6.</param>
    /// <returns>mm in that hour; a little below 0 when dew falls.</returns>
    public static double Millimetres(HourOfWeather hour, double? clearness = null)
    {
        double saturated = Saturated(hour.Celsius), vapour = saturated * hour.RelativeHumidity / 100;
        double slope = 4098 * saturated / ((hour.Celsius + 237.3) * (hour.Celsius + 237.3));
        double gamma = 0.665e-3 * hour.Pascals / 1000;
        double radiation = hour.WattsPerSquareMetre * 3600 / 1e6;
        double clearSky = (0.75 + (2e-5 * hour.AltitudeMetres)) * Extraterrestrial(hour);
        bool day = clearSky > 0.05;
        double share = Math.Clamp(day ? radiation / clearSky : clearness ?? UsualClearness, 0.3, 1);
        double kelvin = hour.Celsius + 273.16;
        double net = (0.77 * radiation)
            - (StefanBoltzmann * kelvin * kelvin * kelvin * kelvin * (0.34 - (0.14 * Math.Sqrt(vapour))) * ((1.35 * share) - 0.35));
        double soil = net * (day ? 0.1 : 0.5);
        return ((0.408 * slope * (net - soil)) + (gamma * 37 / (hour.Celsius + 273) * hour.WindAtTwoMetres * (saturated - vapour)))
            / (slope + (gamma * (1 + (0.34 * hour.WindAtTwoMetres))));
    }

    /// <summary>Wind measured higher up, brought down to two metres above grass (FAO-56, equation 47).</summary>
    /// <param name="heightMetres">Of the anemometer, above 0.1.</param>
    public static double AtTwoMetres(double metresPerSecond, double heightMetres) => metresPerSecond * 4.87 / Math.Log((67.8 * heightMetres) - 5.42);

    // kPa (equation 11).
    private static double Saturated(double celsius) => 0.6108 * Math.Exp(17.27 * celsius / (celsius + 237.3));

    // MJ m-2 in this hour above the air (equations 28 to 33, with the instant in UTC).
    private static double Extraterrestrial(HourOfWeather hour)
    {
        DateTime middle = hour.From.UtcDateTime.AddMinutes(30);
        double latitude = hour.Latitude * Math.PI / 180, day = middle.DayOfYear;
        double distance = 1 + (0.033 * Math.Cos(2 * Math.PI / 365 * day));
        double declination = 0.409 * Math.Sin((2 * Math.PI / 365 * day) - 1.39);
        double b = 2 * Math.PI * (day - 81) / 364;
        double equationOfTime = (0.1645 * Math.Sin(2 * b)) - (0.1255 * Math.Cos(b)) - (0.025 * Math.Sin(b));
        double angle = Math.PI / 12 * (middle.TimeOfDay.TotalHours + (hour.Longitude / 15) + equationOfTime - 12);
        angle = Math.IEEERemainder(angle, 2 * Math.PI);
        double sunset = Math.Acos(Math.Clamp(-Math.Tan(latitude) * Math.Tan(declination), -1, 1));
        double from = Math.Clamp(angle - (Math.PI / 24), -sunset, sunset), until = Math.Clamp(angle + (Math.PI / 24), -sunset, sunset);
        return Math.Max(0, 12 * 60 / Math.PI * SolarConstant * distance
            * (((until - from) * Math.Sin(latitude) * Math.Sin(declination)) + (Math.Cos(latitude) * Math.Cos(declination) * (Math.Sin(until) - Math.Sin(from)))));
    }
}
