using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors;

/// <summary>All a driver needs to reach its chip; the catalogue has checked that the bus is one of the chip's.</summary>
public sealed record SensorPlace(SensorId Id, SensorOptions Options, BusName Bus, SensorBuses Buses, TimeProvider Time)
{
    /// <summary>The configured address, or the chip's own.</summary>
    /// <exception cref="FormatException">Outside what this chip can be set to.</exception>
    public int Address(int byDefault, int lowest, int highest)
    {
        int address = Options.Address ?? byDefault;
        return address >= lowest && address <= highest
            ? address
            : throw new FormatException(
                $"{Options.Chip} on {Bus}: it has no address 0x{address:X2}; set Address to 0x{lowest:X2} .. 0x{highest:X2}, or leave it out for 0x{byDefault:X2}.");
    }

    /// <summary>The serial line or socket of this place, opened at the first question and again after a fault.</summary>
    /// <param name="baud">The chip's own bits per second, used unless the options say otherwise.</param>
    public StreamPort Port(int baud) => new(Bus.ToString(), OpenAsync, Time)
    {
        Baud = Options.Baud ?? baud,
    };

    private ValueTask<Stream> OpenAsync(int baud, CancellationToken cancellationToken) => Bus switch
    {
        BusName.Serial serial => ValueTask.FromResult(Buses.OpenSerial(serial.Port, baud)),
        BusName.Tcp tcp => Buses.OpenTcpAsync(tcp.Host, tcp.Port, cancellationToken),
        _ => throw new InvalidOperationException($"{Bus} is no stream."),
    };
}
