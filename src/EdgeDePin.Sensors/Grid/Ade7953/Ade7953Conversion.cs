namespace EdgeDePin.Sensors.Grid.Ade7953;

/// <summary>
/// From registers to physical values. The factors of voltage, current and power belong to the divider and the shunt of the
/// Shelly 2.5 board; another board needs its own, measured against a known load.
/// </summary>
public static class Ade7953Conversion
{
    public static double Volts(uint register) => register / 26_000.0;

    public static double Amperes(uint register) => register / 100_000.0;

    // A sine over the whole range (0.5 V peak) gives codes up to 6,500,000 and an effective value of 9,032,007 (Rev. C, "Current
    // channel ADC" and "RMS measurement").
    private const double PerCode = 9_032_007 * 1.414213562373095 / 6_500_000;

    /// <summary>Of one sample.</summary>
    public static double InstantVolts(int code) => code * PerCode / 26_000;

    /// <summary>Of one sample.</summary>
    public static double InstantAmperes(int code) => code * PerCode / 100_000;

    /// <summary>Negative: power flows the other way.</summary>
    public static double Watts(int register) => register / 154.0;

    /// <summary>The register holds the period less one step of 1/223.75 kHz (Rev. C, section "Period measurement").</summary>
    public static double Hertz(ushort register) => 223_750.0 / (register + 1);

    public static double PowerFactor(short register) => Math.Clamp(register / 32_767.0, -1, 1);
}
