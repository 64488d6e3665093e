using System.Device.I2c;
using System.Device.Spi;

namespace EdgeDePin.Sensors.Buses;

/// <summary>
/// A chip on SPI whose registers its driver reads and writes as on I2C: the highest bit of the register says what is meant, 1 to read (as
/// Bosch's chips have it: BST-BME280-DS002, section 6.3). SPI acknowledges nothing; a chip that is not there reads as ones.
/// </summary>
internal sealed class SpiRegisters(SpiDevice device, int bus) : I2cDevice
{
    /// <summary>Of one transfer, with the register.</summary>
    private const int Longest = 64;

    private const byte ToRead = 0x80;

    // It has no address; the bus number is that of SPI.
    public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, 0);

    public override void Read(Span<byte> buffer) => throw new NotSupportedException("Bytes without a register mean nothing on SPI.");

    /// <summary>Pairs of register and value.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buffer.Length, Longest);
        Span<byte> sent = stackalloc byte[buffer.Length];
        buffer.CopyTo(sent);
        for (int register = 0; register < sent.Length; register += 2)
        {
            sent[register] &= ToRead - 1;
        }

        device.Write(sent);
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(readBuffer.Length, Longest - 1);
        Span<byte> sent = stackalloc byte[1 + readBuffer.Length], received = stackalloc byte[1 + readBuffer.Length];
        sent.Clear();
        sent[0] = (byte)(writeBuffer[0] | ToRead);
        device.TransferFullDuplex(sent, received);
        received[1..].CopyTo(readBuffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            device.Dispose();
        }

        base.Dispose(disposing);
    }
}
