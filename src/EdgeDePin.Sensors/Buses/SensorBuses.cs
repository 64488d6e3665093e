using System.Device.I2c;

namespace EdgeDePin.Sensors.Buses;

/// <summary>Where drivers get their wires from: the Linux buses of the board, or simulated ones.</summary>
public abstract class SensorBuses
{
    /// <summary>The buses of this machine.</summary>
    public static SensorBuses Linux { get; } = new LinuxBuses();

    /// <param name="bus">The number in <c>/dev/i2c-N</c>.</param>
    /// <param name="address">7 bits.</param>
    /// <exception cref="IOException">There is no such bus, or it may not be opened.</exception>
    public abstract I2cDevice OpenI2c(int bus, int address);

    /// <param name="port">A device file; 8 data bits, no parity, 1 stop bit.</param>
    /// <exception cref="IOException">There is no such port.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or another process holds it.</exception>
    public abstract Stream OpenSerial(string port, int baud);

    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens there.</exception>
    public abstract ValueTask<Stream> OpenTcpAsync(string host, int port, CancellationToken cancellationToken);
}
