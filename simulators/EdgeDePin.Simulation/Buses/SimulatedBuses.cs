using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Simulation.Buses;

/// <summary>Buses with simulated chips on them. Sockets are real: a simulated meter listens on the loopback interface.</summary>
public sealed class SimulatedBuses : SensorBuses, IDisposable
{
    private readonly Dictionary<(int Bus, int Address), I2cDevice> _i2c = [];
    private readonly Dictionary<string, SimulatedUartChip> _serial = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Bus, int ChipSelect), SpiDevice> _spi = [];
    private SimulatedOneWire? _oneWire;

    /// <summary>The pins, for contacts that are wired to them.</summary>
    public SimulatedGpio Gpio { get; } = new();

    /// <summary>Made when it is first asked for, with a folder of its own.</summary>
    public override OneWireFolder OneWire => SimulatedOneWire;

    public SimulatedOneWire SimulatedOneWire => _oneWire ??= new SimulatedOneWire();

    public SimulatedBuses With(int bus, int address, I2cDevice chip)
    {
        _i2c.Add((bus, address), chip);
        return this;
    }

    public SimulatedBuses With(int bus, int chipSelect, SpiDevice chip)
    {
        _spi.Add((bus, chipSelect), chip);
        return this;
    }

    public SimulatedBuses With(string port, SimulatedUartChip chip)
    {
        _serial.Add(port, chip);
        return this;
    }

    /// <summary>The chip at this address; where there is none, a place at which nobody acknowledges, as on a real bus.</summary>
    public override I2cDevice OpenI2c(int bus, int address) =>
        _i2c.TryGetValue((bus, address), out I2cDevice? chip) ? chip : new AbsentI2cDevice(bus, address);

    public override SpiDevice OpenSpi(int bus, int chipSelect) => _spi.TryGetValue((bus, chipSelect), out SpiDevice? chip)
        ? chip
        : new SimulatedSpi(new AbsentI2cDevice(bus, 0));

    public override Stream OpenSerial(string port, int baud, SerialFormat format) =>
        _serial.TryGetValue(port, out SimulatedUartChip? chip)
            ? chip
            : throw new FileNotFoundException($"Could not find file '{port}'.", port);

    public override ValueTask<Stream> OpenTcpAsync(string host, int port, CancellationToken cancellationToken) =>
        Linux.OpenTcpAsync(host, port, cancellationToken);

    public override GpioController OpenGpio() => new(Gpio);

    public void Dispose() => _oneWire?.Dispose();
}
