namespace EdgeDePin.Sensors.AirQuality.Sds011;

/// <summary>Commands to the chip, 19 bytes: <c>AA B4</c>, 13 of data, <c>FF FF</c> (any chip), their sum, <c>AB</c>.</summary>
public static class Sds011Command
{
    public const int Length = 19;
    public const byte ReportMode = 0x02;
    public const byte Query = 0x04;
    public const byte WorkState = 0x06;
    public const byte WorkPeriod = 0x08;

    /// <summary>Report only when asked.</summary>
    public static ReadOnlyMemory<byte> SetQueryMode { get; } = Build(ReportMode, 1, 1);

    /// <summary>Report one pair of concentrations now.</summary>
    public static ReadOnlyMemory<byte> AskConcentrations { get; } = Build(Query, 0, 0);

    /// <summary>Work all the time. The chip keeps a period of up to 30 minutes, in which it works for 30 s, without supply.</summary>
    public static ReadOnlyMemory<byte> WorkAlways { get; } = Build(WorkPeriod, 1, 0);

    /// <summary>Fan and laser off.</summary>
    public static ReadOnlyMemory<byte> GoToSleep { get; } = Build(WorkState, 1, 0);

    /// <summary>Fan and laser on.</summary>
    public static ReadOnlyMemory<byte> WakeUp { get; } = Build(WorkState, 1, 1);

    private static byte[] Build(byte command, byte write, byte value)
    {
        byte[] bytes = new byte[Length];
        (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]) = (Sds011Frame.Head, 0xB4, command, write, value);
        (bytes[15], bytes[16]) = (0xFF, 0xFF);
        bytes[17] = Sds011Frame.Checksum(bytes.AsSpan(2, 15));
        bytes[18] = Sds011Frame.Tail;
        return bytes;
    }
}
