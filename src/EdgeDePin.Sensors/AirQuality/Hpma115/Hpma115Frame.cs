using System.Buffers.Binary;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.AirQuality.Hpma115;

/// <summary>Commands to the chip and its answers (Honeywell, HPM series datasheet 32322550, tables 4 and 5).</summary>
public static class Hpma115Frame
{
    /// <summary>Bytes of an answer with concentrations, of the compact model.</summary>
    public const int Length = 16;

    public const byte Read = 0x04;
    public const byte StopAutoSend = 0x20;

    /// <summary>Bytes of an answer with concentrations, of the larger HPMA115S0.</summary>
    public const int LargerLength = 8;

    private const byte Head = 0x40;
    private const byte Count = 13;
    private const byte LargerCount = 5;
    private const byte Acknowledge = 0xA5;
    private const byte NotDone = 0x96;

    /// <summary>What acknowledges a command: <c>A5 A5</c>.</summary>
    public static ReadOnlyMemory<byte> Done { get; } = new byte[] { Acknowledge, Acknowledge };

    /// <summary>Report only when asked.</summary>
    public static ReadOnlyMemory<byte> BeQuiet { get; } = Command(StopAutoSend);

    /// <summary>Report the concentrations now.</summary>
    public static ReadOnlyMemory<byte> Ask { get; } = Command(Read);

    /// <summary>256 less the sum of all bytes before, of eight bits.</summary>
    public static byte Checksum(ReadOnlySpan<byte> before)
    {
        int sum = 0;
        foreach (byte b in before)
        {
            sum += b;
        }

        return (byte)(0x100 - (sum & 0xFF));
    }

    /// <summary>For a <see cref="Buses.FrameScanner"/>: concentrations, also of the larger model, and answers to commands.</summary>
    public static int At(ReadOnlySpan<byte> rest) => rest[0] switch
    {
        Acknowledge or NotDone => rest.Length < 2 ? -1 : rest[1] == rest[0] ? 2 : 0,
        Head when (rest.Length > 1 && rest[1] is not (Count or LargerCount)) || (rest.Length > 2 && rest[2] != Read) => 0,
        Head => rest.Length < 2 ? -1 : Whole(rest, rest[1] == Count ? Length : LargerLength),
        _ => 0,
    };

    /// <summary>Whether a frame of two bytes says that a command is refused: <c>96 96</c>.</summary>
    public static bool IsRefusal(ReadOnlySpan<byte> frame) => frame[0] == NotDone;

    /// <summary>µg/m³ of a frame with concentrations.</summary>
    public static void Convert(ReadOnlySpan<byte> frame, SampleBuffer into)
    {
        into.Add(Quantity.Pm1, Word(frame, 3));
        into.Add(Quantity.Pm25, Word(frame, 5));
        into.Add(Quantity.Pm4, Word(frame, 7));
        into.Add(Quantity.Pm10, Word(frame, 9));
    }

    /// <summary>A frame of these concentrations, µg/m³.</summary>
    public static byte[] Of(ReadOnlySpan<ushort> concentrations)
    {
        byte[] frame = new byte[Length];
        (frame[0], frame[1], frame[2]) = (Head, Count, Read);
        for (int i = 0; i < concentrations.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(3 + (2 * i)), concentrations[i]);
        }

        frame[^1] = Checksum(frame.AsSpan(0, Length - 1));
        return frame;
    }

    private static int Whole(ReadOnlySpan<byte> rest, int length) =>
        rest.Length < length ? -1 : Checksum(rest[..(length - 1)]) == rest[length - 1] ? length : 0;

    private static ushort Word(ReadOnlySpan<byte> frame, int at) => BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);

    private static byte[] Command(byte command)
    {
        byte[] bytes = [0x68, 0x01, command, 0];
        bytes[3] = Checksum(bytes.AsSpan(0, 3));
        return bytes;
    }
}
