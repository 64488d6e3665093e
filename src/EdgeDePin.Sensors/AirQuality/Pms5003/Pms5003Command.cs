using System.Buffers.Binary;

namespace EdgeDePin.Sensors.AirQuality.Pms5003;

/// <summary>Commands to the chip, 7 bytes: head, command, 16 bits of data, the sum of what is before it (PMS5003 manual, appendix II).</summary>
public static class Pms5003Command
{
    public const int Length = 7;
    public const byte Mode = 0xE1;
    public const byte Read = 0xE2;
    public const byte Sleep = 0xE4;

    /// <summary>Report only when asked.</summary>
    public static ReadOnlyMemory<byte> Passive { get; } = Build(Mode, 0);

    /// <summary>Report one frame now.</summary>
    public static ReadOnlyMemory<byte> Ask { get; } = Build(Read, 0);

    /// <summary>Fan and laser off.</summary>
    public static ReadOnlyMemory<byte> GoToSleep { get; } = Build(Sleep, 0);

    /// <summary>Fan and laser on; values are stable after 30 s.</summary>
    public static ReadOnlyMemory<byte> WakeUp { get; } = Build(Sleep, 1);

    private static byte[] Build(byte command, byte data)
    {
        byte[] bytes = [Pms5003Frame.Head, Pms5003Frame.Second, command, 0, data, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(5), Pms5003Frame.Checksum(bytes.AsSpan(0, 5)));
        return bytes;
    }
}
