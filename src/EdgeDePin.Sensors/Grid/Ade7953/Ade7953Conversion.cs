namespace EdgeDePin.Sensors.Grid.Ade7953;

/// <summary>
/// From registers to physical values. The factors of voltage, current and power belong to the divider and the shunt of the
/// Shelly 2.5 board; another board needs its own, measured against a known load.
/// </summary>
public static class Ade7953Conversion
{
    public static double Volts(uint register) => register / 26_000.0;

    public static double Amperes(uint register) => register / 100_000.0;

    /// <summary>Negative: power flows the other way.</summary>
    public static double Watts(int register) => register / 154.0;

    /// <summary>The register holds the period less one step of 1/223.75 kHz (Rev. C, section "Period measurement").</summary>
    public static double Hertz(ushort register) => 223_750.0 / (register + 1);

    public static double PowerFactor(short register) => Math.Clamp(register / 32_767.0, -1, 1);
}
