using System.Collections.Frozen;
using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Weather.Bme280;

namespace EdgeDePin.Sensors;

/// <summary>Every chip there is a driver for. A new driver is one folder and one line here.</summary>
public static class SensorCatalog
{
    public static FrozenDictionary<string, SensorCatalogEntry> Chips { get; } = new SensorCatalogEntry[]
    {
        new("bme280", "weather", [BusKind.I2c], Bme280Sensor.Measures, Bme280Sensor.Open),
        new("sds011", "air", [BusKind.Serial], Sds011Sensor.Measures, Sds011Sensor.Open),
        new("sdm630", "grid", [BusKind.Serial, BusKind.Tcp], Sdm630Sensor.Measures, Sdm630Sensor.Open),
    }.ToFrozenDictionary(entry => entry.Chip, StringComparer.Ordinal);

    /// <summary>The driver of a configured sensor. The chip itself is not asked: that it is absent is said by its first sample.</summary>
    /// <exception cref="FormatException">
    /// The options cannot be meant; one line names the chip, the bus, the value and the remedy.
    /// </exception>
    /// <exception cref="IOException">The I2C bus itself does not exist or may not be opened.</exception>
    public static ISensor Open(SensorOptions options, SensorBuses buses, TimeProvider time)
    {
        (SensorCatalogEntry entry, BusName bus, SensorId id) = Check(options);
        return entry.Open(new SensorPlace(id, options, bus, buses, time));
    }

    /// <summary>What the options mean, without opening anything.</summary>
    /// <exception cref="FormatException">They cannot be meant; one line names the chip, the bus, the value and the remedy.</exception>
    public static (SensorCatalogEntry Entry, BusName Bus, SensorId Id) Check(SensorOptions options)
    {
        SensorCatalogEntry entry = Entry(options.Chip);
        BusName bus = Bus(entry, options);
        return options.PeriodMilliseconds is >= 100 and <= 3_600_000
            ? (entry, bus, new SensorId(options.Id ?? entry.Chip))
            : throw new FormatException(
                $"{entry.Chip} on {bus}: PeriodMilliseconds is {options.PeriodMilliseconds}; use 100 to 3600000.");
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
