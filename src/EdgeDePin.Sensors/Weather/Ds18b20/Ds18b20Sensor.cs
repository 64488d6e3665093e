using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Ds18b20;

/// <summary>
/// Maxim DS18B20 (also DS18S20, DS1825, DS28EA00, MAX31820) on 1-Wire, through the files that Linux makes of it. See README.md
/// beside this file.
/// </summary>
/// <param name="slave">E.g. <c>28-00000a1b2c3d</c>; empty for the only thermometer on the bus.</param>
public sealed class Ds18b20Sensor(SensorId id, OneWireFolder folder, string slave, TimeProvider time) : ISensor
{
    /// <summary>Family codes of the chips that this driver understands; 10 is the first generation.</summary>
    private static readonly string[] Families = ["28-", "10-", "3b-", "42-"];

    // Reading the file makes the kernel convert, which takes 750 ms at 12 bits; a slow bus with many slaves some more.
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(3);

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Temperature];

    public SensorId Id { get; } = id;

    public IReadOnlyList<Quantity> Quantities => Measures;

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new Ds18b20Sensor(place.Id, place.Buses.OneWire, ((BusName.OneWire)place.Bus).Slave, place.Time);
    }

    /// <inheritdoc/>
    public async ValueTask<SensorFault?> SampleAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        into.Clear();
        try
        {
            if (Slave() is not { } name)
            {
                return Absent();
            }

            // The read blocks in the kernel and cannot be interrupted: a hung bus keeps that thread, not ours.
            Task<string> reading = Task.Run(() => folder.Read(name), CancellationToken.None);
            string text = await reading.WaitAsync(MostPatience, time, cancellationToken);
            return Convert(text, name.StartsWith("10-", StringComparison.Ordinal), into);
        }
        catch (TimeoutException)
        {
            return new SensorFault(FaultKind.Timeout, $"{folder.Path}: no answer within {MostPatience.TotalSeconds:0} s", "Check the pull-up of 4.7 kΩ and the supply of the thermometer.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error is FileNotFoundException or DirectoryNotFoundException
                ? Absent()
                : new SensorFault(FaultKind.Bus, error.Message, "Check that the kernel modules w1-gpio and w1-therm are loaded.");
        }
    }

    public void Dispose()
    {
    }

    private static SensorFault? Convert(string text, bool isFirstGeneration, SampleBuffer into)
    {
        Span<byte> scratchpad = stackalloc byte[Ds18b20Scratchpad.Length];
        if (!Ds18b20Scratchpad.TryParse(text, scratchpad))
        {
            return new SensorFault(
                FaultKind.Corrupted, $"'{text[..Math.Min(40, text.Length)].ReplaceLineEndings(" ")}' are not nine bytes",
                "None needed if it passes: the thermometer was unplugged while it was read.");
        }

        if (Ds18b20Scratchpad.TryConvert(scratchpad, isFirstGeneration, out double celsius, out SensorFault? fault))
        {
            into.Add(Quantity.Temperature, celsius);
        }

        return fault;
    }

    private string? Slave()
    {
        if (slave.Length > 0)
        {
            return slave.ToLowerInvariant();
        }

        string[] all = [.. folder.Names.Where(IsThermometer).Take(2)];
        return all.Length == 1 ? all[0] : null;
    }

    private static bool IsThermometer(string name) => Families.Any(family => name.StartsWith(family, StringComparison.OrdinalIgnoreCase));

    private SensorFault Absent() => new(
        FaultKind.NoAnswer,
        slave.Length > 0 ? $"{folder.Path} has no {slave}" : $"{folder.Path} has not exactly one thermometer",
        slave.Length > 0
            ? "Check its wires; 'edgedepin sensors scan' lists the thermometers that answer."
            : "Name the one that is meant, e.g. Bus: w1:28-00000a1b2c3d; 'edgedepin sensors scan' lists them.");
}
