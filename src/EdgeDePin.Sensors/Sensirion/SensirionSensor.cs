using System.Collections.Immutable;
using System.Device.I2c;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Sensirion;

/// <summary>What the chips of Sensirion share on I2C.</summary>
public abstract class SensirionSensor(SensorId id, I2cDevice device, TimeProvider time, ImmutableArray<Quantity> quantities)
    : I2cSensor(id, device, time, quantities)
{
    private const int MostWords = 20;

    protected void Send(ushort command, params ReadOnlySpan<ushort> arguments)
    {
        Span<byte> frame = stackalloc byte[2 + (SensirionFrame.WordLength * 4)];
        Device.Write(frame[..SensirionFrame.Encode(command, arguments, frame)]);
    }

    /// <summary>Words that the last command has made ready. A wrong check is a fault: no word is used then.</summary>
    protected SensorFault? Receive(Span<ushort> words)
    {
        Span<byte> bytes = stackalloc byte[SensirionFrame.WordLength * MostWords];
        bytes = bytes[..(SensirionFrame.WordLength * words.Length)];
        Device.Read(bytes);
        return SensirionFrame.TryDecode(bytes, words, out int wrong) ? null : Corrupted(bytes.Slice(SensirionFrame.WordLength * wrong, SensirionFrame.WordLength));
    }

    private static SensorFault Corrupted(ReadOnlySpan<byte> word) => new(
        FaultKind.Corrupted,
        $"word {Convert.ToHexString(word[..2])}: checksum {word[2]:X2}, computed {SensirionFrame.Crc(word[..2]):X2}",
        "Shorten the wires, check the pull-up resistors, or lower the I2C clock.");

    /// <summary>The chip was asked for data before it had any.</summary>
    protected static SensorFault NotReady(string what) => new(
        FaultKind.NotReady, what, "None needed if it passes; otherwise check the supply voltage of the chip.");
}
