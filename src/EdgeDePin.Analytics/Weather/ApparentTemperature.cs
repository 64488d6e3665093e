namespace EdgeDePin.Analytics;

/// <summary>How warm it feels in the shade, by the Australian Bureau of Meteorology (Steadman 1994, without radiation).</summary>
public static class ApparentTemperature
{
    /// <param name="celsius">Air temperature.</param>
    /// <param name="relativeHumidity">0 to 100 %RH.</param>
    /// <param name="metresPerSecond">Wind at 10 m.</param>
    /// <returns>°C.</returns>
    public static double Celsius(double celsius, double relativeHumidity, double metresPerSecond)
    {
        double vapour = relativeHumidity / 100 * 6.105 * Math.Exp(17.27 * celsius / (237.7 + celsius));
        return celsius + (0.33 * vapour) - (0.7 * metresPerSecond) - 4;
    }
}
