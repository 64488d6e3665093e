namespace EdgeDePin.Analytics;

/// <summary>What a barometer would show at sea level, with the standard lapse rate of 0.0065 K/m below the station.</summary>
public static class SeaLevelPressure
{
    /// <param name="pascals">At the station.</param>
    /// <param name="altitudeMetres">Of the station above sea level.</param>
    /// <param name="celsius">At the station.</param>
    public static double Pascals(double pascals, double altitudeMetres, double celsius)
    {
        double drop = 0.0065 * altitudeMetres;
        return pascals * Math.Pow(1 - (drop / (celsius + drop + 273.15)), -5.257);
    }
}
