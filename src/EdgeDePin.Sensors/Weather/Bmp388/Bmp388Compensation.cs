namespace EdgeDePin.Sensors.Weather.Bmp388;

/// <summary>From the chip's codes to physical values (Bosch BST-BMP388-DS001, sections 9.2 and 9.3).</summary>
public static class Bmp388Compensation
{
    /// <param name="code">24 bits.</param>
    public static double Celsius(int code, Bmp388Calibration trim)
    {
        double offset = code - trim.T1;
        return (offset * trim.T2) + (offset * offset * trim.T3);
    }

    /// <summary>Pressure in Pa.</summary>
    /// <param name="code">24 bits.</param>
    /// <param name="celsius">Of the same conversion.</param>
    public static double Pascals(int code, double celsius, Bmp388Calibration trim)
    {
        double t = celsius, t2 = t * t, t3 = t2 * t;
        double u = code;
        double offset = trim.P5 + (trim.P6 * t) + (trim.P7 * t2) + (trim.P8 * t3);
        double slope = trim.P1 + (trim.P2 * t) + (trim.P3 * t2) + (trim.P4 * t3);
        double curve = trim.P9 + (trim.P10 * t) + (u * trim.P11);
        return offset + (u * slope) + (u * u * curve);
    }
}
