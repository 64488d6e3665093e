using System.Device.I2c;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Modbus;

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

    /// <summary>For a chip of which there is one to a line.</summary>
    /// <exception cref="FormatException">An address is configured.</exception>
    public void HasNoAddress()
    {
        if (Options.Address is { } address)
        {
            throw new FormatException(
                $"{Options.Chip} on {Bus}: it has no address, but Address is {address}; leave it out (one {Options.Chip} to a line).");
        }
    }

    /// <summary>The chip on its I2C bus, which it may share with others.</summary>
    /// <exception cref="FormatException">It cannot be set to the configured address.</exception>
    public I2cDevice I2c(int byDefault, int lowest, int highest) =>
        Buses.Shared(((BusName.I2c)Bus).Bus, Address(byDefault, lowest, highest));

    /// <summary>The registers of a chip that is on I2C or on SPI; there the line that selects it is its address.</summary>
    /// <exception cref="FormatException">It cannot be set to the configured address.</exception>
    public I2cDevice Registers(int byDefault, int lowest, int highest)
    {
        if (Bus is not BusName.Spi spi)
        {
            return I2c(byDefault, lowest, highest);
        }

        HasNoAddress();
        return new SpiRegisters(Buses.OpenSpi(spi.Bus, spi.ChipSelect), spi.Bus);
    }

    /// <summary>The Modbus units of this line or gateway, which share it.</summary>
    /// <param name="baud">The meter's own bits per second, used unless the options say otherwise.</param>
    public IModbusLink Modbus(int baud) => Buses.Shared(Bus, () => Bus.Kind == BusKind.Tcp
        ? new ModbusTcpLink(Port(baud)) : new ModbusRtuLink(Port(baud)));

    /// <summary>The serial line or socket of this place, opened at the first question and again after a fault.</summary>
    /// <param name="baud">The chip's own bits per second, used unless the options say otherwise.</param>
    /// <param name="format">The chip's own, used unless the options say otherwise.</param>
    public StreamPort Port(int baud, SerialFormat format = SerialFormat.EightNoneOne) => new(Bus.ToString(), OpenAsync, Time)
    {
        Baud = Options.Baud ?? baud,
        Format = Options.Format ?? format,
    };

    private ValueTask<Stream> OpenAsync(int baud, SerialFormat format, CancellationToken cancellationToken) => Bus switch
    {
        BusName.Serial serial => ValueTask.FromResult(Buses.OpenSerial(serial.Port, baud, format)),
        BusName.Tcp tcp => Buses.OpenTcpAsync(tcp.Host, tcp.Port, cancellationToken),
        _ => throw new InvalidOperationException($"{Bus} is no stream."),
    };
}
