using System.Device.I2c;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>All a simulated chip needs: the buses it is wired to, what surrounds it, and what goes wrong.</summary>
public sealed record ChipPlace(
    SensorOptions Options, SimulatedBuses Buses, EnvironmentSource Environment, TimeProvider Time, FaultPlan Faults)
{
    /// <summary>The chip itself once it is wired, for those who unplug it or take its supply away.</summary>
    public object? Chip { get; private set; }

    /// <summary>Of a chip that is made for several buses: whether it is asked for on this one, as <c>serial</c> or <c>i2c</c>.</summary>
    internal bool IsFor(BusKind bus) => Options.Bus.Split(':')[0].Equals(bus.ToString(), StringComparison.OrdinalIgnoreCase);

    internal string I2c(int byDefault, Func<int, I2cDevice> chip)
    {
        int address = Options.Address ?? byDefault;
        I2cDevice device = chip(address);
        Chip = device;
        Buses.With(1, address, device);
        return "i2c:1";
    }

    internal string Spi(I2cDevice chip)
    {
        Chip = chip;
        Buses.With(0, 0, new SimulatedSpi(chip));
        return "spi:0.0";
    }

    internal string Serial(string line, SimulatedUartChip chip)
    {
        Chip = chip;
        Buses.With(line, chip);
        return $"serial:{line}";
    }

    internal string Modbus(string line, SimulatedModbusUnit unit) =>
        Serial(line, new SimulatedModbusLine(unit, (byte)(Options.Address ?? 1), Faults));

    internal string OneWire(string slave, SimulatedDs18b20 chip)
    {
        Chip = chip;
        Buses.SimulatedOneWire.Plug(slave, chip.Scratchpad);
        return $"w1:{slave}";
    }

    internal string Pulses(object source, int pin)
    {
        Chip = source;
        return $"gpio:{pin}";
    }
}
