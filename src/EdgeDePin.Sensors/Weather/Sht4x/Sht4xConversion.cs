namespace EdgeDePin.Sensors.Weather.Sht4x;

/// <summary>From words to physical values (Sensirion SHT4x datasheet, version 6, section 4.6).</summary>
public static class Sht4xConversion
{
    /// <summary>-45 to 130 °C.</summary>
    public static double Celsius(ushort word) => -45 + (175.0 * word / 65_535);

    /// <summary>%RH. The formula leaves 0 to 100 by up to 19 at both ends; the datasheet says to hold it there.</summary>
    public static double RelativeHumidity(ushort word) => Math.Clamp(-6 + (125.0 * word / 65_535), 0, 100);
}
