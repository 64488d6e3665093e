using System.Device.I2c;

namespace EdgeDePin.Simulation.Buses;

/// <summary>An address at which no chip is.</summary>
public sealed class AbsentI2cDevice(int bus, int address) : I2cDevice
{
    public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

    public override void Read(Span<byte> buffer) => throw NotAcknowledged();

    public override void Write(ReadOnlySpan<byte> buffer) => throw NotAcknowledged();

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => throw NotAcknowledged();

    // Type and words of System.Device.Gpio on Linux, so that drivers meet here what they meet there.
    internal static IOException NotAcknowledged() => new("Error 121 (Remote I/O error) performing I2C data transfer.");
}
