using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Buses;

/// <summary>
/// Where drivers get their wires from: the Linux buses of the board, or simulated ones. Sensors that are opened from the same
/// instance share a bus as they must: one transfer at a time.
/// </summary>
public abstract class SensorBuses
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, I2cLane> _lanes = [];
    private readonly Dictionary<string, SharedModbusLink> _modbus = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (int Scl, int Sda)> _recoveries = [];

    /// <summary>The buses of this machine.</summary>
    public static SensorBuses Linux => new LinuxBuses();

    /// <param name="bus">The number in <c>/dev/i2c-N</c>.</param>
    /// <param name="address">7 bits.</param>
    /// <exception cref="IOException">There is no such bus, or it may not be opened.</exception>
    public abstract I2cDevice OpenI2c(int bus, int address);

    /// <param name="bus">As in <c>/dev/spidevBUS.SELECT</c>.</param>
    /// <exception cref="IOException">There is no such bus, or it may not be opened.</exception>
    public abstract SpiDevice OpenSpi(int bus, int chipSelect);

    /// <param name="port">A device file.</param>
    /// <exception cref="IOException">There is no such port.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or another process holds it.</exception>
    public abstract Stream OpenSerial(string port, int baud, SerialFormat format);

    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens there.</exception>
    public abstract ValueTask<Stream> OpenTcpAsync(string host, int port, CancellationToken cancellationToken);

    /// <summary>The pins of the board.</summary>
    /// <exception cref="IOException">This machine has none.</exception>
    public abstract GpioController OpenGpio();

    /// <summary>The folder in which the kernel shows 1-Wire slaves.</summary>
    public abstract OneWireFolder OneWire { get; }

    /// <summary>From now on an I2C bus is freed by clocking when a chip holds it. Before its first sensor is opened.</summary>
    /// <param name="scl">GPIO line beside SCL.</param>
    /// <param name="sda">GPIO line beside SDA.</param>
    /// <exception cref="IOException">There are no such pins, or another program has one; found out now, not when they are needed.</exception>
    public void RecoverBy(int bus, int scl, int sda)
    {
        using GpioController gpio = OpenGpio();
        Try(gpio, scl, nameof(BusOptions.RecoveryScl));
        Try(gpio, sda, nameof(BusOptions.RecoverySda));
        _recoveries[bus] = (scl, sda);
    }

    // As they will be when they are needed, and let go again: a line that is read disturbs nobody.
    private static void Try(GpioController gpio, int line, string option)
    {
        bool hasPullUp;
        try
        {
            hasPullUp = gpio.IsPinModeSupported(line, PinMode.InputPullUp);
            if (hasPullUp)
            {
                using GpioPin pin = gpio.OpenPin(line, PinMode.InputPullUp);
                pin.Read();
            }
        }
        catch (Exception error)
        {
            // A library for lines begins here; each of its versions has exceptions of its own, and all mean the same to us.
            throw new IOException($"{option} is {line}: the line cannot be opened ({error.Message}); name one that exists and that no other program has (gpioinfo shows them).", error);
        }

        if (!hasPullUp)
        {
            throw new IOException($"{option} is {line}: the line cannot be pulled up; name another, or use a kernel of 5.5 or later.");
        }
    }

    /// <summary>A device on the lane of its bus.</summary>
    internal I2cDevice Shared(int bus, int address)
    {
        I2cDevice device = OpenI2c(bus, address);
        lock (_lock)
        {
            if (!_lanes.TryGetValue(bus, out I2cLane? lane))
            {
                _lanes.Add(bus, lane = new I2cLane($"i2c:{bus}", _recoveries.TryGetValue(bus, out (int Scl, int Sda) pins) ? () => TryFree(pins.Scl, pins.Sda) : null));
            }

            return lane.On(device);
        }
    }

    private bool TryFree(int scl, int sda)
    {
        try
        {
            using GpioController gpio = OpenGpio();
            return new I2cBusClocking(gpio, scl, sda).TryFree();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return false;   // another program has the pins: the bus stays as it is, and its fault says so
        }
    }

    /// <summary>The link to all Modbus units on a line; made by the first who asks for it, closed by the last who leaves.</summary>
    internal IModbusLink Shared(BusName bus, Func<IModbusLink> open)
    {
        lock (_lock)
        {
            string name = bus.ToString();
            if (!_modbus.TryGetValue(name, out SharedModbusLink? shared) || !shared.TryJoin())
            {
                _modbus[name] = shared = new SharedModbusLink(open());
            }

            return new ModbusUser(shared);
        }
    }
}
