namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>From the chip's codes to physical values: Bosch's double precision formulas (BST-BME280-DS002, section 8.1).</summary>
public static class Bme280Compensation
{
    /// <summary>Temperature in 1/5120 °C. The other two channels need it, from the same conversion.</summary>
    /// <param name="code">20 bits.</param>
    public static double FineTemperature(int code, Bme280Calibration trim)
    {
        double linear = ((code / 16_384.0) - (trim.T1 / 1_024.0)) * trim.T2;
        double offset = (code / 131_072.0) - (trim.T1 / 8_192.0);
        return linear + (offset * offset * trim.T3);
    }

    public static double Celsius(double fine) => fine / 5_120.0;

    /// <summary>Pressure in Pa; null where the calibration makes it a division by zero.</summary>
    /// <param name="code">20 bits.</param>
    public static double? Pascals(int code, double fine, Bme280Calibration trim)
    {
        double t = (fine / 2.0) - 64_000.0;
        double offset = (((t * t * trim.P6 / 32_768.0) + (2.0 * t * trim.P5)) / 4.0) + (trim.P4 * 65_536.0);
        double slope = ((trim.P3 * t * t / 524_288.0) + (trim.P2 * t)) / 524_288.0;
        double sensitivity = (1.0 + (slope / 32_768.0)) * trim.P1;
        if (sensitivity == 0)
        {
            return null;
        }

        double p = (1_048_576.0 - code - (offset / 4_096.0)) * 6_250.0 / sensitivity;
        return p + (((trim.P9 * p * p / 2_147_483_648.0) + (p * trim.P8 / 32_768.0) + trim.P7) / 16.0);
    }

    /// <summary>Relative humidity in %RH, held to 0..100 as the datasheet does.</summary>
    /// <param name="code">16 bits.</param>
    public static double RelativeHumidity(int code, double fine, Bme280Calibration trim)
    {
        double t = fine - 76_800.0;
        double offset = (trim.H4 * 64.0) + (trim.H5 / 16_384.0 * t);
        double gain = trim.H2 / 65_536.0
            * (1.0 + (trim.H6 / 67_108_864.0 * t * (1.0 + (trim.H3 / 67_108_864.0 * t))));
        double h = (code - offset) * gain;
        return Math.Clamp(h * (1.0 - (trim.H1 * h / 524_288.0)), 0.0, 100.0);
    }
}
