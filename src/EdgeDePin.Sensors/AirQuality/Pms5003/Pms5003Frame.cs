using System.Buffers.Binary;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.AirQuality.Pms5003;

/// <summary>
/// Frames of Plantower's particle sensors: <c>42 4D</c>, the length of the rest, words, and the sum of all bytes before it; words
/// are high byte first (PMS5003 series data manual V2.3, appendix I; PMS3003 V2.5; PMS5003T V1.2).
/// </summary>
public static class Pms5003Frame
{
    public const byte Head = 0x42;
    public const byte Second = 0x4D;

    /// <summary>Bytes of the longest frame, that of a PMS5003.</summary>
    public const int Longest = 32;

    /// <summary>Bytes of a PMS3003's frame.</summary>
    public const int ShortLength = 24;

    /// <summary>Bytes of the reply to a command.</summary>
    public const int ReplyLength = 8;

    /// <summary>For a <see cref="Buses.FrameScanner"/>.</summary>
    public static int At(ReadOnlySpan<byte> rest)
    {
        if (rest[0] != Head || (rest.Length > 1 && rest[1] != Second))
        {
            return 0;
        }

        if (rest.Length < 4)
        {
            return -1;
        }

        int length = 4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length is not (Longest or ShortLength or ReplyLength))
        {
            return 0;
        }

        return rest.Length < length ? -1
            : Checksum(rest[..(length - 2)]) == BinaryPrimitives.ReadUInt16BigEndian(rest[(length - 2)..]) ? length : 0;
    }

    /// <summary>The reply to a command, which it repeats.</summary>
    public static bool IsReply(ReadOnlyMemory<byte> frame, byte command) => frame.Length == ReplyLength && frame.Span[4] == command;

    /// <summary>The low 16 bits of the sum of all bytes.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte b in bytes)
        {
            sum += b;
        }

        return (ushort)sum;
    }

    /// <summary>A word of the data, from 1 as the manual counts them.</summary>
    public static int Word(ReadOnlySpan<byte> frame, int number) => BinaryPrimitives.ReadUInt16BigEndian(frame[(2 + (2 * number))..]);

    /// <summary>µg/m³ "under atmospheric environment", words 4 to 6; the first three are for calibration in a factory.</summary>
    public static void Masses(ReadOnlySpan<byte> frame, SampleBuffer into)
    {
        into.Add(Quantity.Pm1, Word(frame, 4));
        into.Add(Quantity.Pm25, Word(frame, 5));
        into.Add(Quantity.Pm10, Word(frame, 6));
    }

    /// <summary>Particles per cm³ beyond 0.3, 0.5, 1, 2.5, 5 and 10 µm; the frame counts them in 0.1 l.</summary>
    /// <param name="count">6, or 4 on a PMS5003T.</param>
    public static void Numbers(ReadOnlySpan<byte> frame, int count, SampleBuffer into)
    {
        for (int i = 0; i < count; i++)
        {
            into.Add(NumberQuantities[i], Word(frame, 7 + i) / 100.0);
        }
    }

    /// <summary>Of a PMS5003T, which has them in place of the two largest sizes: 0.1 °C, signed, and 0.1 %RH.</summary>
    public static void Weather(ReadOnlySpan<byte> frame, SampleBuffer into)
    {
        into.Add(Quantity.Temperature, (short)Word(frame, 11) / 10.0);
        into.Add(Quantity.RelativeHumidity, Word(frame, 12) / 10.0);
    }

    private static readonly Quantity[] NumberQuantities =
    [
        Quantity.Particles03, Quantity.Particles05, Quantity.Particles1, Quantity.Particles25, Quantity.Particles5, Quantity.Particles10,
    ];
}
