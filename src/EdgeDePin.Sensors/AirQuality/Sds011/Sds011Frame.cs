namespace EdgeDePin.Sensors.AirQuality.Sds011;

/// <summary>
/// A frame from the chip, 10 bytes: <c>AA</c>, what it is, six bytes of data, their sum, <c>AB</c>
/// (Nova Fitness, Laser Dust Sensor Control Protocol V1.3).
/// </summary>
/// <param name="Kind">0xC0 reports concentrations; 0xC5 answers a command; 0xCF reports those of an SDS198.</param>
/// <param name="Data">Six bytes; the last two are the chip's own id.</param>
public sealed record Sds011Frame(byte Kind, ReadOnlyMemory<byte> Data)
{
    public const int Length = 10;
    public const byte Head = 0xAA;
    public const byte Tail = 0xAB;
    public const byte Report = 0xC0;
    public const byte Reply = 0xC5;

    /// <summary>An SDS198 has the same frames, but tells PM100 in whole µg/m³ where this chip tells PM10 in tenths.</summary>
    public const byte ReportOfSds198 = 0xCF;

    /// <summary>µg/m³ in steps of 0.1; of a <see cref="Report"/>.</summary>
    public double Pm25 => Tenths(0);

    /// <summary>µg/m³ in steps of 0.1; of a <see cref="Report"/>.</summary>
    public double Pm10 => Tenths(2);

    /// <summary>µg/m³; of a <see cref="ReportOfSds198"/>.</summary>
    public int Pm100 => Data.Span[2] | (Data.Span[3] << 8);

    /// <summary>The byte that says what a frame is stands outside its checksum.</summary>
    public static bool IsKnown(byte kind) => kind is Report or Reply or ReportOfSds198;

    /// <summary>The low 8 bits of the sum of the six data bytes.</summary>
    public static byte Checksum(ReadOnlySpan<byte> data)
    {
        int sum = 0;
        foreach (byte b in data)
        {
            sum += b;
        }

        return (byte)sum;
    }

    private double Tenths(int at) => (Data.Span[at] | (Data.Span[at + 1] << 8)) / 10.0;
}
