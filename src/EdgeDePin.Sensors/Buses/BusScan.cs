using System.Device.I2c;
using System.Text.Json;

namespace EdgeDePin.Sensors.Buses;

/// <summary>Something that answers, or where something may be plugged in.</summary>
/// <param name="Bus">As it stands in a configuration, e.g. <c>i2c:1</c>.</param>
/// <param name="Address">On I2C, 0x08 to 0x77.</param>
/// <param name="Chips">Which chips of the catalogue it could be; empty: none that we know.</param>
public sealed record BusFinding(string Bus, int? Address, IReadOnlyList<string> Chips);

/// <summary>Looks at the buses of a machine without changing anything on them: on I2C each address is read one byte from.</summary>
public static class BusScan
{
    private const int FirstAddress = 0x08;
    private const int LastAddress = 0x77;
    private static readonly string[] SerialPorts = ["ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS[0-9]", "serial[0-9]"];

    /// <param name="devices">The folder of the device files, <c>/dev</c>.</param>
    public static IReadOnlyList<BusFinding> Of(SensorBuses buses, string devices) =>
    [
        .. Files(devices, "i2c-*").SelectMany(name => int.TryParse(name.AsSpan(4), out int bus) ? I2c(buses, bus) : []),
        .. SerialPorts.SelectMany(pattern => Serial(devices, pattern)),
        .. buses.OneWire.Names.Where(IsThermometer).Select(name => new BusFinding($"w1:{name}", null, ["ds18b20"])),
    ];

    private static IEnumerable<BusFinding> I2c(SensorBuses buses, int bus)
    {
        for (int address = FirstAddress; address <= LastAddress; address++)
        {
            bool? answers = Answers(buses, bus, address);
            if (answers == true)
            {
                yield return new BusFinding($"i2c:{bus}", address, ChipsAt(address));
            }
            else if (answers is null)
            {
                yield return new BusFinding($"i2c:{bus} (held from address 0x{address:x2} on: nothing behind it was looked at)", null, []);
                yield break;
            }
        }
    }

    // On the lane of the bus: a chip that holds it costs 1.5 s and not the command. Null: it is held.
    private static bool? Answers(SensorBuses buses, int bus, int address)
    {
        try
        {
            using I2cDevice device = buses.Shared(bus, address);
            device.ReadByte();
            return true;
        }
        catch (BusHungException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<BusFinding> Serial(string devices, string pattern)
    {
        string[] chips = [.. SensorCatalog.Chips.Values.Where(entry => entry.Buses.Contains(BusKind.Serial)).Select(entry => entry.Chip).Order(StringComparer.Ordinal)];
        // The patterns of the shell are not those of the file system; a digit at the end is checked here.
        bool digit = pattern.EndsWith("[0-9]", StringComparison.Ordinal);
        return Files(devices, digit ? pattern.Replace("[0-9]", "*", StringComparison.Ordinal) : pattern)
            .Where(name => !digit || char.IsAsciiDigit(name[^1]))
            .Select(name => new BusFinding($"serial:{Path.Combine(devices, name)}", null, chips));
    }

    /// <summary>Chips whose usual address this is.</summary>
    private static string[] ChipsAt(int address) =>
    [
        .. SensorCatalog.Chips.Values.Where(entry => entry.Buses.Contains(BusKind.I2c) && UsualAddress(entry) == address)
            .Select(entry => entry.Chip).Order(StringComparer.Ordinal),
    ];

    private static int? UsualAddress(SensorCatalogEntry entry)
    {
        using JsonDocument sample = JsonDocument.Parse(entry.Sample(), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        JsonElement sensor = sample.RootElement.GetProperty("Sensing").GetProperty("Sensors")[0];
        return sensor.TryGetProperty("Address", out JsonElement address) ? address.GetInt32() : null;
    }

    private static bool IsThermometer(string name) => name.Length == 15 && name[2] == '-' && name[..2].ToLowerInvariant() is "28" or "10" or "3b" or "42";

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateFileSystemEntries(folder, pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        : [];
}
