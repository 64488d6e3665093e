using EdgeDePin.Sensors.Weather.Bme280;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// From physical values back to the codes that a BME280 would hold: the nearest code, found by halving the range, because
/// each formula of the chip is monotone in its code.
/// </summary>
public static class Bme280Inverse
{
    private const int Highest20 = 0xFFFFF;
    private const int Highest16 = 0xFFFF;

    /// <summary>A channel without a value reads as skipped.</summary>
    public static Bme280Data Codes(double? celsius, double? relativeHumidity, double? pascals, Bme280Calibration trim)
    {
        // Without a temperature the others could not be decoded, but the chip would still convert them; 20 °C serves.
        int temperature = Inverse.Nearest(
            celsius ?? 20, Highest20, code => Bme280Compensation.Celsius(Bme280Compensation.FineTemperature(code, trim)));
        double fine = Bme280Compensation.FineTemperature(temperature, trim);
        return new Bme280Data(
            pascals is { } p ? Other(Inverse.Nearest(-p, Highest20, code => -Bme280Compensation.Pascals(code, fine, trim) ?? 0), Bme280Data.Skipped20) : Bme280Data.Skipped20,
            celsius is null ? Bme280Data.Skipped20 : Other(temperature, Bme280Data.Skipped20),
            relativeHumidity is { } h ? Other(Inverse.Nearest(h, Highest16, code => Bme280Compensation.RelativeHumidity(code, fine, trim)), Bme280Data.Skipped16) : Bme280Data.Skipped16);
    }

    // The code that means "skipped" cannot also be a value; its neighbour is off by one step of the chip.
    private static int Other(int code, int skipped) => code == skipped ? code + 1 : code;
}
