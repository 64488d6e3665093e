namespace EdgeDePin.Analytics;

/// <summary>The temperature at which the air would be saturated. Magnus formula with a = 17.62, b = 243.12 °C (WMO-No. 8).</summary>
public static class DewPoint
{
    private const double A = 17.62;
    private const double B = 243.12;

    /// <param name="celsius">-45 to 60.</param>
    /// <param name="relativeHumidity">In percent, above 0.</param>
    /// <returns>In °C; null for air without any humidity, where there is no such point.</returns>
    public static double? Celsius(double celsius, double relativeHumidity)
    {
        if (relativeHumidity <= 0)
        {
            return null;
        }

        double gamma = Math.Log(relativeHumidity / 100) + (A * celsius / (B + celsius));
        return B * gamma / (A - gamma);
    }
}
