namespace EdgeDePin.Sensors.AirQuality.Scd4x;

/// <summary>From words to physical values and back (Sensirion SCD4x datasheet, version 1.5, section 3.5.2).</summary>
public static class Scd4xConversion
{
    /// <summary>-45 to 130 °C.</summary>
    public static double Celsius(ushort word) => -45 + (175.0 * word / 65_535);

    /// <summary>0 to 100 %RH.</summary>
    public static double RelativeHumidity(ushort word) => 100.0 * word / 65_535;

    /// <summary>The argument of <see cref="Scd4xCommand.SetAmbientPressure"/>: whole hPa. 101,325 Pa are 1013.</summary>
    /// <param name="pascals">70,000 to 120,000, as the chip allows.</param>
    public static ushort AmbientPressure(double pascals)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pascals, 70_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pascals, 120_000);
        return (ushort)Math.Round(pascals / 100);
    }

    /// <summary>The low eleven bits say whether there is a measurement that was not read.</summary>
    public static bool IsReady(ushort word) => (word & 0x07FF) != 0;
}
