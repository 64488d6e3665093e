using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Sensors;

/// <summary>A chip of the catalogue, simulated, with its real driver, and what can be done to its wires.</summary>
internal sealed class SimulatedPlace : IDisposable
{
    private readonly SimulatedBuses _buses = new();
    private readonly ChipPlace _place;

    /// <param name="chip">A name of the catalogue; of one on its second bus, with that: <c>sps30@i2c</c>.</param>
    /// <param name="impostor">What stands at its address instead; null: the chip itself.</param>
    public SimulatedPlace(string chip, EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, string? impostor = null)
    {
        (Options, Entry, Faults) = (OptionsOf(chip), EntryOf(chip), faults ?? FaultPlan.None);
        _place = new ChipPlace(Options, _buses, environment, time, Faults);
        string bus;
        if (impostor is null)
        {
            bus = SimulatedChips.Wire(_place);
        }
        else
        {
            SensorOptions other = OptionsOf(impostor);
            other.Address = AddressOf(chip);
            bus = SimulatedChips.Wire(new ChipPlace(other, _buses, environment, time, Faults));
        }

        Sensor = SensorCatalog.Open(SimulatedSite.OnBus(Options, bus), _buses, time);
    }

    public SensorOptions Options { get; }

    public SensorCatalogEntry Entry { get; }

    public FaultPlan Faults { get; }

    public ISensor Sensor { get; }

    public object Chip => _place.Chip!;

    /// <summary>It keeps something that it loses with its supply.</summary>
    public bool HasSupplyState => Chip is SimulatedI2cChip or SimulatedDs18b20 or SimulatedUartChip { HasSettings: true };

    /// <summary>It answers with a checksum.</summary>
    public bool HasChecksum => Chip is SimulatedI2cChip { HasChecksum: true } or SimulatedDs18b20 || (Chip is SimulatedUartChip and not SimulatedEzoLine);

    public static SensorCatalogEntry EntryOf(string chip) => SensorCatalog.Entry(chip.Split('@')[0]);

    public static SensorOptions OptionsOf(string chip) =>
        new() { Chip = EntryOf(chip).Chip, Bus = chip.Split('@') is [_, var bus] ? bus : SimulatedSite.Bus };

    public void Plug(bool isPlugged)
    {
        switch (Chip)
        {
            case SimulatedI2cChip chip:
                chip.IsPlugged = isPlugged;
                break;
            case SimulatedUartChip line:
                line.IsPlugged = isPlugged;
                break;
            case SimulatedDs18b20 thermometer:
                thermometer.IsPlugged = isPlugged;
                break;
            default:
                throw new InvalidOperationException($"{Entry.Chip} cannot be unplugged.");
        }
    }

    public void PowerOn()
    {
        (Chip as SimulatedI2cChip)?.PowerOn();
        (Chip as SimulatedUartChip)?.PowerOn();
        (Chip as SimulatedDs18b20)?.PowerOn();
    }

    public void Dispose()
    {
        Sensor.Dispose();
        _buses.Dispose();
    }

    // Its own, as its simulated chip is made for.
    private static int AddressOf(string chip)
    {
        using var buses = new SimulatedBuses();
        var place = new ChipPlace(OptionsOf(chip), buses, (_, _) => null, TimeProvider.System, FaultPlan.None);
        SimulatedChips.Wire(place);
        return ((SimulatedI2cChip)place.Chip!).ConnectionSettings.DeviceAddress;
    }
}
