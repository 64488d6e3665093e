using System.Collections.Frozen;
using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Hpma115;
using EdgeDePin.Sensors.AirQuality.Mhz19b;
using EdgeDePin.Sensors.AirQuality.Pms5003;
using EdgeDePin.Sensors.AirQuality.Scd30;
using EdgeDePin.Sensors.AirQuality.Scd4x;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Sensors.AirQuality.Sgp40;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Grid.Ade7953;
using EdgeDePin.Sensors.Grid.Dsmr;
using EdgeDePin.Sensors.Grid.Ina219;
using EdgeDePin.Sensors.Grid.Ina226;
using EdgeDePin.Sensors.Grid.Pzem004t;
using EdgeDePin.Sensors.Grid.Sdm120;
using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Grid.SunSpec;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Sensors.Water.Ezo;
using EdgeDePin.Sensors.Weather.Ads1115;
using EdgeDePin.Sensors.Weather.Anemometer;
using EdgeDePin.Sensors.Weather.Bh1750fvi;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Sensors.Weather.Bmp388;
using EdgeDePin.Sensors.Weather.Ds18b20;
using EdgeDePin.Sensors.Weather.RainGauge;
using EdgeDePin.Sensors.Weather.Sht3x;
using EdgeDePin.Sensors.Weather.Sht4x;
using EdgeDePin.Sensors.Weather.Veml7700;
using EdgeDePin.Sensors.Weather.WindVane;

namespace EdgeDePin.Sensors;

/// <summary>Every chip there is a driver for. A new driver is one folder and one line here.</summary>
public static class SensorCatalog
{
    public static FrozenDictionary<string, SensorCatalogEntry> Chips { get; } = new SensorCatalogEntry[]
    {
        new("bme280", "Weather/Bme280", [BusKind.I2c, BusKind.Spi], Bme280Sensor.Measures, Bme280Sensor.Open),
        new("bmp280", "Weather/Bme280", [BusKind.I2c, BusKind.Spi], Bme280Sensor.Bmp280Measures, Bme280Sensor.OpenBmp280),
        new("bmp388", "Weather/Bmp388", [BusKind.I2c], Bmp388Sensor.Measures, Bmp388Sensor.Open),
        new("bmp390", "Weather/Bmp388", [BusKind.I2c], Bmp388Sensor.Measures, Bmp388Sensor.OpenBmp390),
        new("sht3x", "Weather/Sht3x", [BusKind.I2c], Sht3xSensor.Measures, Sht3xSensor.Open),
        new("sht4x", "Weather/Sht4x", [BusKind.I2c], Sht4xSensor.Measures, Sht4xSensor.Open),
        new("ds18b20", "Weather/Ds18b20", [BusKind.OneWire], Ds18b20Sensor.Measures, Ds18b20Sensor.Open),
        new("bh1750fvi", "Weather/Bh1750fvi", [BusKind.I2c], Bh1750fviSensor.Measures, Bh1750fviSensor.Open),
        new("veml7700", "Weather/Veml7700", [BusKind.I2c], Veml7700Sensor.Measures, Veml7700Sensor.Open),
        new("ads1115", "Weather/Ads1115", [BusKind.I2c], Ads1115Sensor.Measures, Ads1115Sensor.Open),
        new("windvane", "Weather/WindVane", [BusKind.I2c], WindVaneSensor.Measures, WindVaneSensor.Open),
        new("anemometer", "Weather/Anemometer", [BusKind.Gpio], AnemometerSensor.Measures, AnemometerSensor.Open),
        new("raingauge", "Weather/RainGauge", [BusKind.Gpio], RainGaugeSensor.Measures, RainGaugeSensor.Open),
        new("pms5003", "AirQuality/Pms5003", [BusKind.Serial], Pms5003Model.Pms5003.Measures, Pms5003Sensor.Open, WarmUpSeconds: 30, CanSleep: true),
        new("pms3003", "AirQuality/Pms5003", [BusKind.Serial], Pms5003Model.Pms3003.Measures, Pms5003Sensor.OpenPms3003, WarmUpSeconds: 30),
        new("pms5003t", "AirQuality/Pms5003", [BusKind.Serial], Pms5003Model.Pms5003T.Measures, Pms5003Sensor.OpenPms5003T, WarmUpSeconds: 30, CanSleep: true),
        new("sds011", "AirQuality/Sds011", [BusKind.Serial], Sds011Sensor.Measures, Sds011Sensor.Open, WarmUpSeconds: 15, CanSleep: true),
        new("sps30", "AirQuality/Sps30", [BusKind.Serial, BusKind.I2c], Sps30Frame.Measures, Sps30Sensor.Open, WarmUpSeconds: 16),
        new("scd30", "AirQuality/Scd30", [BusKind.I2c], Scd30Sensor.Measures, Scd30Sensor.Open, WarmUpSeconds: 20),
        new("scd4x", "AirQuality/Scd4x", [BusKind.I2c], Scd4xSensor.Measures, Scd4xSensor.Open, WarmUpSeconds: 60),
        new("sgp40", "AirQuality/Sgp40", [BusKind.I2c], Sgp40Sensor.Measures, Sgp40Sensor.Open, WarmUpSeconds: 60),
        new("mhz19b", "AirQuality/Mhz19b", [BusKind.Serial], Mhz19bSensor.Measures, Mhz19bSensor.Open, WarmUpSeconds: 180),
        new("hpma115", "AirQuality/Hpma115", [BusKind.Serial], Hpma115Sensor.Measures, Hpma115Sensor.Open, WarmUpSeconds: 10),
        new("pzem004t", "Grid/Pzem004t", [BusKind.Serial, BusKind.Tcp], Pzem004tSensor.Measures, Pzem004tSensor.Open),
        new("sdm120", "Grid/Sdm120", [BusKind.Serial, BusKind.Tcp], Sdm120Sensor.Measures, Sdm120Sensor.Open),
        new("sdm630", "Grid/Sdm630", [BusKind.Serial, BusKind.Tcp], Sdm630Sensor.Measures, Sdm630Sensor.Open),
        new("sunspec", "Grid/SunSpec", [BusKind.Tcp, BusKind.Serial], SunSpecModel.Inverter.Measures, SunSpecSensor.Open),
        new("sunspec-meter", "Grid/SunSpec", [BusKind.Tcp, BusKind.Serial], SunSpecModel.Meter.Measures, SunSpecSensor.OpenMeter),
        new("dsmr", "Grid/Dsmr", [BusKind.Serial, BusKind.Tcp], DsmrConversion.Measures, DsmrSensor.Open),
        new("ina219", "Grid/Ina219", [BusKind.I2c], Ina219Sensor.Measures, Ina219Sensor.Open),
        new("ina226", "Grid/Ina226", [BusKind.I2c], Ina226Sensor.Measures, Ina226Sensor.Open),
        new("ade7953", "Grid/Ade7953", [BusKind.I2c], Ade7953Sensor.Measures, Ade7953Sensor.Open),
        new("ezo-ph", "Water/Ezo", [BusKind.I2c, BusKind.Serial], EzoKind.Acidity.Measures, EzoSensor.OpenAcidity),
        new("ezo-ec", "Water/Ezo", [BusKind.I2c, BusKind.Serial], EzoKind.Conductivity.Measures, EzoSensor.OpenConductivity),
        new("ezo-do", "Water/Ezo", [BusKind.I2c, BusKind.Serial], EzoKind.DissolvedOxygen.Measures, EzoSensor.OpenDissolvedOxygen),
    }.ToFrozenDictionary(entry => entry.Chip, StringComparer.Ordinal);

    /// <summary>The driver of a configured sensor. The chip itself is not asked: that it is absent is said by its first sample.</summary>
    /// <exception cref="FormatException">
    /// The options cannot be meant; one line names the chip, the bus, the value and the remedy.
    /// </exception>
    /// <exception cref="IOException">The I2C bus itself does not exist or may not be opened.</exception>
    public static ISensor Open(SensorOptions options, SensorBuses buses, TimeProvider time)
    {
        (SensorCatalogEntry entry, BusName bus, SensorId id, _) = Check(options);
        return entry.Open(new SensorPlace(id, options, bus, buses, time));
    }

    /// <summary>What the options mean, without opening anything.</summary>
    /// <exception cref="FormatException">They cannot be meant; one line names the chip, the bus, the value and the remedy.</exception>
    public static (SensorCatalogEntry Entry, BusName Bus, SensorId Id, Treatment Treatment) Check(SensorOptions options)
    {
        SensorCatalogEntry entry = Entry(options.Chip);
        BusName bus = Bus(entry, options);
        var id = new SensorId(options.Id ?? entry.Chip);
        if (options.SleepBetweenSamples && !entry.CanSleep)
        {
            string others = string.Join(", ", Chips.Values.Where(one => one.CanSleep).Select(one => one.Chip).Order(StringComparer.Ordinal));
            throw new FormatException($"{entry.Chip} on {bus}: SleepBetweenSamples is true, but its fan and laser cannot be switched off; leave it out (there are {others} that can).");
        }

        return options.PeriodMilliseconds is >= 10 and <= 3_600_000
            ? (entry, bus, id, Treatment.Of(options, entry, id))
            : throw new FormatException(
                $"{entry.Chip} on {bus}: PeriodMilliseconds is {options.PeriodMilliseconds}; use 10 to 3600000.");
    }

    /// <exception cref="FormatException">No driver has this name; the message lists those that exist.</exception>
    public static SensorCatalogEntry Entry(string chip) =>
        Chips.TryGetValue(chip, out SensorCatalogEntry? entry)
            ? entry
            : throw new FormatException(
                $"Unknown chip '{chip}'. Known: {string.Join(", ", Chips.Keys.Order(StringComparer.Ordinal))}.");

    private static BusName Bus(SensorCatalogEntry entry, SensorOptions options)
    {
        string usable = string.Join(" or ", entry.Buses.Select(BusName.Example));
        if (!BusName.TryParse(options.Bus, out BusName? bus))
        {
            throw new FormatException($"{entry.Chip}: '{options.Bus}' is no bus; use {usable}.");
        }

        return entry.Buses.Contains(bus.Kind)
            ? bus
            : throw new FormatException($"{entry.Chip} cannot be on '{options.Bus}'; use {usable}.");
    }
}
