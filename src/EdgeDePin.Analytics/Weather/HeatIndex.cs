namespace EdgeDePin.Analytics;

/// <summary>How hot it feels, by the equation of the US National Weather Service (Rothfusz, SR 90-23, with both adjustments).</summary>
public static class HeatIndex
{
    /// <param name="celsius">Air temperature.</param>
    /// <param name="relativeHumidity">0 to 100 %RH.</param>
    /// <returns>°C.</returns>
    public static double Celsius(double celsius, double relativeHumidity) =>
        (Fahrenheit((celsius * 1.8) + 32, relativeHumidity) - 32) / 1.8;

    /// <summary>The same in the unit of the equation.</summary>
    public static double Fahrenheit(double t, double r)
    {
        double simple = 0.5 * (t + 61 + (1.2 * (t - 68)) + (0.094 * r));
        if ((simple + t) / 2 < 80)
        {
            return simple;
        }

        double full = -42.379 + (2.04901523 * t) + (10.14333127 * r) - (0.22475541 * t * r) - (6.83783e-3 * t * t)
            - (5.481717e-2 * r * r) + (1.22874e-3 * t * t * r) + (8.5282e-4 * t * r * r) - (1.99e-6 * t * t * r * r);

        // Dry air feels cooler, so this is subtracted; damp air near 80 °F feels warmer.
        double dry = r < 13 && t is >= 80 and <= 112 ? (13 - r) / 4 * Math.Sqrt((17 - Math.Abs(t - 95)) / 17) : 0;
        double damp = r > 85 && t is >= 80 and <= 87 ? (r - 85) / 10 * ((87 - t) / 5) : 0;
        return full - dry + damp;
    }
}
