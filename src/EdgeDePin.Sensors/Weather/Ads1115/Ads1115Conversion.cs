namespace EdgeDePin.Sensors.Weather.Ads1115;

/// <summary>Settings as bits, and from codes to volts (TI ADS111x, SBAS444D, table 8-3).</summary>
public static class Ads1115Conversion
{
    /// <summary>What the configuration reads after power-on: a chip that shows it has lost our settings.</summary>
    public const ushort PowerOn = 0x8583;

    /// <summary>Volts at full scale: ±4.096 V, enough for 3.3 V inputs.</summary>
    public const double FullScale = 4.096;

    /// <summary>Start one conversion of one input against ground, ±4.096 V, 128 samples per second, no comparator.</summary>
    /// <param name="channel">0 to 3.</param>
    public static ushort Start(int channel) => (ushort)(0x8000 | Settings(channel));

    /// <summary>The same while the conversion runs.</summary>
    public static ushort Settings(int channel) => (ushort)(((0b100 | channel) << 12) | (0b001 << 9) | (1 << 8) | (0b100 << 5) | 0b11);

    public static double Volts(short code) => code * FullScale / 32_768;
}
