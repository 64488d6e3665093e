using System.Device.I2c;
using System.Device.Spi;

namespace EdgeDePin.Simulation.Buses;

/// <summary>
/// A simulated chip of registers at an SPI bus: the highest bit of the first byte says whether it is read, and stands for itself in the
/// register. What is not answered reads as ones, and what is not heard nobody knows.
/// </summary>
public sealed class SimulatedSpi(I2cDevice chip) : SpiDevice
{
    private const byte ToRead = 0x80;

    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

    public override void Read(Span<byte> buffer) => buffer.Fill(0xFF);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Span<byte> pairs = stackalloc byte[buffer.Length];
        buffer.CopyTo(pairs);
        for (int register = 0; register < pairs.Length; register += 2)
        {
            pairs[register] |= ToRead;
        }

        try
        {
            chip.Write(pairs);
        }
        catch (IOException)
        {
            // Nobody hears it.
        }
    }

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        readBuffer.Fill(0xFF);
        try
        {
            if ((writeBuffer[0] & ToRead) != 0)
            {
                chip.WriteRead(writeBuffer[..1], readBuffer[1..]);
            }
            else
            {
                Write(writeBuffer);
            }
        }
        catch (IOException)
        {
            readBuffer.Fill(0xFF);
        }
    }
}
