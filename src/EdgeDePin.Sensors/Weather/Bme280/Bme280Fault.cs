using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>What can be wrong with a BME280 that answers.</summary>
internal static class Bme280Fault
{
    public static SensorFault BlankCalibration { get; } = new(
        FaultKind.Corrupted, "the calibration reads blank", "Check the supply voltage; a chip without calibration must be replaced.");

    public static SensorFault NothingMeasured { get; } = new(
        FaultKind.NotReady, "the temperature was not converted (0x80000)", "None needed if it passes: the chip has restarted. Otherwise check its power.");

    public static SensorFault Restarted { get; } = new(
        FaultKind.NotReady, "the settings are those after power-on", "Check the supply voltage: it dropped during the measurement.");

    public static SensorFault WrongChip(byte id, byte expected) => id == 0x58
        ? new(FaultKind.WrongChip, "chip id 0x58: a BMP280, which has no humidity", "Configure it as bmp280, or replace it by a BME280 (id 0x60).")
        : new(FaultKind.WrongChip, $"chip id 0x{id:X2}, expected 0x{expected:X2}", "Check the address: another chip answers there.");

    public static SensorFault StillBusy(string when) => new(
        FaultKind.NotReady, $"still busy {when}", "Check the supply voltage (1.71 to 3.6 V) and its decoupling.");

    public static SensorFault Implausible(double celsius, double? pascals) => new(
        FaultKind.Corrupted,
        $"{celsius:0.##} °C, {pascals:0} Pa: outside -40..85 °C, 30000..110000 Pa",
        "Shorten the wires, check the pull-up resistors, or lower the I2C clock.");
}
