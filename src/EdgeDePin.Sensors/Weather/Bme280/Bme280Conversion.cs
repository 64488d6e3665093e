using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>What a burst of codes says: the measurements in it, or why there are none.</summary>
internal static class Bme280Conversion
{
    /// <summary>
    /// A channel that the chip skipped is left out. I2C has no checksum: codes that mean what the chip cannot measure
    /// (BST-BME280-DS002, table 1) are taken for a disturbed bus.
    /// </summary>
    public static SensorFault? Convert(Bme280Data data, Bme280Calibration trim, SampleBuffer into)
    {
        if (data.Temperature == Bme280Data.Skipped20)
        {
            return Bme280Fault.NothingMeasured;   // the other channels cannot be computed without it
        }

        double fine = Bme280Compensation.FineTemperature(data.Temperature, trim);
        double celsius = Bme280Compensation.Celsius(fine);
        double? pascals = data.Pressure == Bme280Data.Skipped20 ? null : Bme280Compensation.Pascals(data.Pressure, fine, trim);
        if (celsius is not (>= -40 and <= 85) || pascals is not (null or (>= 30_000 and <= 110_000)))
        {
            return Bme280Fault.Implausible(celsius, pascals);
        }

        into.Add(Quantity.Temperature, celsius);
        if (data.Humidity != Bme280Data.Skipped16)
        {
            into.Add(Quantity.RelativeHumidity, Bme280Compensation.RelativeHumidity(data.Humidity, fine, trim));
        }

        if (pascals is { } pressure)
        {
            into.Add(Quantity.Pressure, pressure);
        }

        return null;
    }
}
