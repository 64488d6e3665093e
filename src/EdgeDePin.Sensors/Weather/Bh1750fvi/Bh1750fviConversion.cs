namespace EdgeDePin.Sensors.Weather.Bh1750fvi;

/// <summary>From counts to lux (Rohm BH1750FVI technical note 11046EDT01, "How to calculate illuminance").</summary>
public static class Bh1750fviConversion
{
    /// <summary>What the measurement time register holds after power-on.</summary>
    public const int DefaultMeasurementTime = 69;

    /// <param name="counts">16 bits.</param>
    /// <param name="measurementTime">31 to 254: the window of the optics can be compensated with it.</param>
    /// <param name="halfLux">High resolution mode 2, in which a count is half a lux.</param>
    public static double Lux(ushort counts, int measurementTime = DefaultMeasurementTime, bool halfLux = false) =>
        counts / 1.2 * DefaultMeasurementTime / measurementTime / (halfLux ? 2 : 1);
}
