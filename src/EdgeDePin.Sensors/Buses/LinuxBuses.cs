using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Device.I2c;
using System.Device.Spi;
using System.IO.Ports;
using System.Net.Sockets;

namespace EdgeDePin.Sensors.Buses;

/// <summary>I2C and serial ports as Linux offers them, and TCP.</summary>
internal sealed class LinuxBuses : SensorBuses
{
    /// <summary>The pins of the header (also of a Raspberry Pi 5, with the kernels since 6.6.45).</summary>
    private const string Pins = "/dev/gpiochip0";

    public override I2cDevice OpenI2c(int bus, int address)
    {
        if (!File.Exists($"/dev/i2c-{bus}"))
        {
            throw new IOException($"i2c:{bus}: there is no /dev/i2c-{bus}; enable I2C (raspi-config, Interface Options) and restart.");
        }

        return I2cDevice.Create(new I2cConnectionSettings(bus, address));
    }

    public override SpiDevice OpenSpi(int bus, int chipSelect)
    {
        if (!File.Exists($"/dev/spidev{bus}.{chipSelect}"))
        {
            throw new IOException($"spi:{bus}.{chipSelect}: there is no /dev/spidev{bus}.{chipSelect}; enable SPI (raspi-config, Interface Options) and restart.");
        }

        // Every chip here takes mode 0 and a megahertz, and no wire on a desk takes more for granted.
        return SpiDevice.Create(new SpiConnectionSettings(bus, chipSelect) { Mode = SpiMode.Mode0, ClockFrequency = 1_000_000, DataBitLength = 8 });
    }

    public override OneWireFolder OneWire { get; } = new("/sys/bus/w1/devices");

    public override GpioController OpenGpio()
    {
        if (!File.Exists(Pins))
        {
            throw new IOException($"gpio: there is no {Pins}; on a Raspberry Pi update the system, in a container name it under HostConfig.Devices.");
        }

        try
        {
            // The driver that a Raspberry Pi gets by default maps /dev/gpiomem, all pins of the device at once: no container of ours has it.
            return new GpioController(new LibGpiodDriver(0));
        }
        catch (Exception error) when (error is PlatformNotSupportedException or NotSupportedException or DllNotFoundException)
        {
            throw new IOException($"gpio: this machine has no pins that can be reached ({error.Message}); on a Raspberry Pi install libgpiod.", error);
        }
    }

    public override Stream OpenSerial(string port, int baud, SerialFormat format)
    {
        if (!File.Exists(port))
        {
            throw new IOException($"there is no {port}");
        }

        (int bits, Parity parity, StopBits stop) = format switch
        {
            SerialFormat.EightEvenOne => (8, Parity.Even, StopBits.One),
            SerialFormat.SevenEvenOne => (7, Parity.Even, StopBits.One),
            SerialFormat.EightNoneTwo => (8, Parity.None, StopBits.Two),
            _ => (8, Parity.None, StopBits.One),
        };
        var serial = new SerialPort(port, baud, parity, bits, stop);
        serial.Open();
        serial.DiscardInBuffer();   // what was said before we listened is no answer to us
        return serial.BaseStream;   // closing it closes the port
    }

    public override async ValueTask<Stream> OpenTcpAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
