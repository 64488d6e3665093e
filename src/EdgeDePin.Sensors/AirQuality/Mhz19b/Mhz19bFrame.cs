namespace EdgeDePin.Sensors.AirQuality.Mhz19b;

/// <summary>Frames of nine bytes in both directions (Winsen MH-Z19B manual V1.6, "UART output").</summary>
public static class Mhz19bFrame
{
    public const int Length = 9;
    public const byte Head = 0xFF;
    public const byte ReadConcentration = 0x86;

    /// <summary>Sensor 1, read: FF 01 86 00 00 00 00 00 79.</summary>
    public static ReadOnlyMemory<byte> Ask { get; } = Seal([Head, 0x01, ReadConcentration, 0, 0, 0, 0, 0, 0]);

    /// <summary>256 less the sum of the bytes 1 to 7, of eight bits.</summary>
    public static byte Checksum(ReadOnlySpan<byte> frame)
    {
        int sum = 0;
        foreach (byte b in frame[1..8])
        {
            sum += b;
        }

        return (byte)(0x100 - (sum & 0xFF));
    }

    /// <summary>For a <see cref="Buses.FrameScanner"/>: answers to the question for the concentration.</summary>
    public static int At(ReadOnlySpan<byte> rest) =>
        rest[0] != Head || (rest.Length > 1 && rest[1] != ReadConcentration) ? 0
        : rest.Length < Length ? -1
        : Checksum(rest) == rest[8] ? Length : 0;

    /// <summary>ppm.</summary>
    public static int CarbonDioxide(ReadOnlySpan<byte> frame) => (frame[2] << 8) | frame[3];

    public static byte[] Seal(byte[] frame)
    {
        frame[8] = Checksum(frame);
        return frame;
    }
}
