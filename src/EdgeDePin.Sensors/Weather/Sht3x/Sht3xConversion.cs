namespace EdgeDePin.Sensors.Weather.Sht3x;

/// <summary>From words to physical values (Sensirion SHT3x-DIS datasheet, version 6, section 4.13).</summary>
public static class Sht3xConversion
{
    /// <summary>-45 to 130 °C.</summary>
    public static double Celsius(ushort word) => -45 + (175.0 * word / 65_535);

    /// <summary>0 to 100 %RH.</summary>
    public static double RelativeHumidity(ushort word) => 100.0 * word / 65_535;
}
