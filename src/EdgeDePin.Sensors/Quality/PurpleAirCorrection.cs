namespace EdgeDePin.Sensors.Quality;

/// <summary>
/// What the US EPA makes of the PM2.5 of Plantower sensors in its Fire and Smoke Map (five pieces, 2021 extension). It is a
/// correction of that model alone: on an SDS011 it doubles the error.
/// </summary>
public static class PurpleAirCorrection
{
    /// <summary>Where the humidity is not known.</summary>
    private const double UsualHumidity = 50;

    /// <summary>Only of these chips.</summary>
    public static bool AppliesTo(string chip) => chip is "pms5003" or "pms5003t";

    /// <param name="pm25">µg/m³, "CF=1", as the sensor says.</param>
    /// <param name="relativeHumidity">%RH as the sensor beside it says; null: 50.</param>
    /// <returns>µg/m³, at least 0.</returns>
    public static double Pm25(double pm25, double? relativeHumidity)
    {
        double x = pm25, h = 0.0862 * (relativeHumidity ?? UsualHumidity);
        double corrected;
        if (x < 30)
        {
            corrected = (0.524 * x) - h + 5.75;
        }
        else if (x < 50)
        {
            double w = (x / 20) - 1.5;
            corrected = (((0.786 * w) + (0.524 * (1 - w))) * x) - h + 5.75;
        }
        else if (x < 210)
        {
            corrected = (0.786 * x) - h + 5.75;
        }
        else if (x < 260)
        {
            double w = (x / 50) - 4.2;
            corrected = (((0.69 * w) + (0.786 * (1 - w))) * x) - (h * (1 - w)) + (2.966 * w) + (5.75 * (1 - w)) + (8.84e-4 * x * x * w);
        }
        else
        {
            corrected = 2.966 + (0.69 * x) + (8.84e-4 * x * x);
        }

        return Math.Max(0, corrected);
    }
}
