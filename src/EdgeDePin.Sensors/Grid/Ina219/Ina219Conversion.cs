namespace EdgeDePin.Sensors.Grid.Ina219;

/// <summary>Settings as bits, and from codes to physical values (TI INA219, SBOS448G, section 8.5).</summary>
public static class Ina219Conversion
{
    /// <summary>Bits 15:0 after power-on.</summary>
    public const ushort PowerOn = 0x399F;

    /// <summary>12 bits, averaged over 2^n samples, of 532 µs each: the values 1000 to 1111 of both fields (table 5).</summary>
    /// <param name="samplesLog2">0 to 7, for 1 to 128 samples.</param>
    public static ushort Averaged(int samplesLog2) => (ushort)(0b1000 | samplesLog2);

    /// <summary>32 V range, ±320 mV, both channels triggered once.</summary>
    /// <param name="busAdc">Four bits for BADC, 10:7.</param>
    /// <param name="shuntAdc">Four bits for SADC, 6:3, three places lower, not four.</param>
    public static ushort Configuration(ushort busAdc, ushort shuntAdc) =>
        (ushort)((1 << 13) | (0b11 << 11) | (busAdc << 7) | (shuntAdc << 3) | 0b011);

    /// <summary>What makes the chip's current register count in <paramref name="lsbAmperes"/>.</summary>
    public static ushort Calibration(double lsbAmperes, double shuntOhms) => (ushort)Math.Clamp(0.04096 / (lsbAmperes * shuntOhms), 1, 0xFFFE);

    /// <summary>10 µV a count, signed: the current may flow either way.</summary>
    public static double ShuntVolts(ushort register) => (short)register * 10e-6;

    /// <summary>4 mV a count in the upper 13 bits.</summary>
    public static double BusVolts(ushort register) => (register >> 3) * 4e-3;

    /// <summary>Signed.</summary>
    public static double Amperes(ushort register, double lsbAmperes) => (short)register * lsbAmperes;

    /// <summary>Power counts in 20 times the current's step; it has no sign, the current has.</summary>
    public static double Watts(ushort register, double lsbAmperes) => register * 20 * lsbAmperes;
}
