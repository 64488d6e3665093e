namespace EdgeDePin.Sensors.Grid.Ina226;

/// <summary>Settings as bits, and from codes to physical values (TI INA226, SBOS547B, section 7.5).</summary>
public static class Ina226Conversion
{
    /// <summary>What the configuration reads after power-on.</summary>
    public const ushort PowerOn = 0x4127;

    /// <summary>16 averages of 1.1 ms in both channels, triggered once.</summary>
    public const ushort Configuration = 0x4000 | (0b010 << 9) | (0b100 << 6) | (0b100 << 3) | 0b011;

    /// <summary>1 mA and 2 mΩ give 2560 (section 7.5.1).</summary>
    public static ushort Calibration(double lsbAmperes, double shuntOhms) => (ushort)Math.Clamp(0.00512 / (lsbAmperes * shuntOhms), 1, 0x7FFF);

    /// <summary>2.5 µV a count, signed.</summary>
    public static double ShuntVolts(ushort register) => (short)register * 2.5e-6;

    /// <summary>1.25 mV a count.</summary>
    public static double BusVolts(ushort register) => register * 1.25e-3;

    /// <summary>Signed.</summary>
    public static double Amperes(ushort register, double lsbAmperes) => (short)register * lsbAmperes;

    /// <summary>Power counts in 25 times the current's step, without a sign.</summary>
    public static double Watts(ushort register, double lsbAmperes) => register * 25 * lsbAmperes;
}
