using System.Buffers.Binary;

namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>The trimming values burnt into one chip (BST-BME280-DS002, table 16). Each chip has its own.</summary>
public sealed record Bme280Calibration
{
    /// <summary>Bytes 0x88 to 0xA1.</summary>
    public const int LowLength = 26;

    /// <summary>Bytes 0xE1 to 0xE7.</summary>
    public const int HighLength = 7;

    public required ushort T1 { get; init; }
    public required short T2 { get; init; }
    public required short T3 { get; init; }
    public required ushort P1 { get; init; }
    public required short P2 { get; init; }
    public required short P3 { get; init; }
    public required short P4 { get; init; }
    public required short P5 { get; init; }
    public required short P6 { get; init; }
    public required short P7 { get; init; }
    public required short P8 { get; init; }
    public required short P9 { get; init; }
    public required byte H1 { get; init; }
    public required short H2 { get; init; }
    public required byte H3 { get; init; }
    public required short H4 { get; init; }
    public required short H5 { get; init; }
    public required sbyte H6 { get; init; }

    /// <param name="low">The bytes from 0x88.</param>
    /// <param name="high">The bytes from 0xE1.</param>
    public static Bme280Calibration Decode(ReadOnlySpan<byte> low, ReadOnlySpan<byte> high) => new()
    {
        T1 = (ushort)Word(low, 0),
        T2 = Word(low, 1),
        T3 = Word(low, 2),
        P1 = (ushort)Word(low, 3),
        P2 = Word(low, 4),
        P3 = Word(low, 5),
        P4 = Word(low, 6),
        P5 = Word(low, 7),
        P6 = Word(low, 8),
        P7 = Word(low, 9),
        P8 = Word(low, 10),
        P9 = Word(low, 11),
        H1 = low[25],
        H2 = BinaryPrimitives.ReadInt16LittleEndian(high),
        H3 = high[2],
        H4 = SignedTwelveBits(high[3], high[4] & 0x0F),
        H5 = SignedTwelveBits(high[5], high[4] >> 4),
        H6 = (sbyte)high[6],
    };

    /// <summary>A chip whose memory is blank, or a bus that reads all zeros or all ones.</summary>
    public bool IsBlank => (T1, P1) is (0, _) or (_, 0) or (ushort.MaxValue, ushort.MaxValue);

    // H4 and H5 share the byte 0xE5. Their sign sits in their high byte, so that byte is widened as signed; widened as
    // unsigned, -100 becomes 3996 and the humidity is off by tens of per cent.
    private static short SignedTwelveBits(byte high, int lowNibble) => (short)(((sbyte)high * 16) | lowNibble);

    private static short Word(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * index)..]);
}
