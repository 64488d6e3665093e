namespace EdgeDePin.Analytics;

/// <summary>How cold wind makes it feel (Environment Canada and US National Weather Service, 2001).</summary>
public static class WindChill
{
    /// <param name="celsius">Air temperature.</param>
    /// <param name="metresPerSecond">Wind at 10 m.</param>
    /// <returns>°C; null above 10 °C and below 4.8 km/h, for which it was not made.</returns>
    public static double? Celsius(double celsius, double metresPerSecond)
    {
        double kilometresPerHour = metresPerSecond * 3.6;
        if (celsius > 10 || kilometresPerHour < 4.8)
        {
            return null;
        }

        double power = Math.Pow(kilometresPerHour, 0.16);
        return 13.12 + (0.6215 * celsius) - (11.37 * power) + (0.3965 * celsius * power);
    }
}
