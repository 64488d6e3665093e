namespace EdgeDePin.Sensors.Weather.Ads1115;

/// <summary>Registers of 16 bits, high byte first (TI ADS111x, SBAS444D, section 8.1).</summary>
public enum Ads1115Register : byte
{
    Conversion = 0,

    /// <summary>15 start or idle; 14:12 input; 11:9 range; 8 single shot; 7:5 rate; 1:0 = 11 comparator off.</summary>
    Configuration = 1,
}
