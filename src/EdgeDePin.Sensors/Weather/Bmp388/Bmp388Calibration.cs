using System.Buffers.Binary;

namespace EdgeDePin.Sensors.Weather.Bmp388;

/// <summary>
/// The trim of one part as floating point numbers: what lies in its memory, scaled as section 9.1 of BST-BMP388-DS001 says.
/// </summary>
public sealed record Bmp388Calibration(
    double T1, double T2, double T3,
    double P1, double P2, double P3, double P4, double P5, double P6, double P7, double P8, double P9, double P10, double P11)
{
    /// <summary>Bytes from 0x31.</summary>
    public const int Length = 21;

    public static Bmp388Calibration Decode(ReadOnlySpan<byte> bytes) => new(
        Unsigned(bytes, 0) * Two(8),
        Unsigned(bytes, 2) / Two(30),
        (sbyte)bytes[4] / Two(48),
        (Signed(bytes, 5) - Two(14)) / Two(20),
        (Signed(bytes, 7) - Two(14)) / Two(29),
        (sbyte)bytes[9] / Two(32),
        (sbyte)bytes[10] / Two(37),
        Unsigned(bytes, 11) * Two(3),
        Unsigned(bytes, 13) / Two(6),
        (sbyte)bytes[15] / Two(8),
        (sbyte)bytes[16] / Two(15),
        Signed(bytes, 17) / Two(48),
        (sbyte)bytes[19] / Two(48),
        (sbyte)bytes[20] / Two(65));

    /// <summary>All zeros or all ones: no part has that.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0) || !bytes.ContainsAnyExcept((byte)0xFF);

    private static double Two(int exponent) => Math.ScaleB(1, exponent);

    private static ushort Unsigned(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static short Signed(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt16LittleEndian(bytes[at..]);
}
