namespace EdgeDePin.Sensors.AirQuality.Sps30;

/// <summary>
/// Sensirion's SHDLC frames: between two 7E, with 7E, 7D, 11 and 13 inside replaced by 7D and the byte with bit 5 inverted; the
/// check is the inverted sum of the bytes before it, unstuffed (SPS30 datasheet, version 1.0, section 4.1).
/// </summary>
public static class Shdlc
{
    public const byte Flag = 0x7E;
    private const byte Escape = 0x7D;
    private const byte Inverted = 0x20;

    /// <summary>Of all bytes of a frame between the flags but the check itself.</summary>
    public static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte b in bytes)
        {
            sum += b;
        }

        return (byte)~sum;
    }

    /// <summary>A frame with flags, check and stuffing.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> content)
    {
        var frame = new List<byte>(content.Length + 8) { Flag };
        foreach (byte b in (ReadOnlySpan<byte>)[.. content, Checksum(content)])
        {
            if (b is Flag or Escape or 0x11 or 0x13)
            {
                frame.Add(Escape);
                frame.Add((byte)(b ^ Inverted));
            }
            else
            {
                frame.Add(b);
            }
        }

        frame.Add(Flag);
        return [.. frame];
    }

    /// <summary>For a <see cref="Buses.FrameScanner"/>: any frame whose check is right.</summary>
    public static int At(ReadOnlySpan<byte> rest)
    {
        if (rest[0] != Flag)
        {
            return 0;
        }

        int end = rest[1..].IndexOf(Flag);
        if (end < 0)
        {
            return -1;
        }

        Span<byte> content = stackalloc byte[Sps30Frame.LongestContent];
        return TryDecode(rest[..(end + 2)], content, out _) ? end + 2 : 0;
    }

    /// <summary>The bytes between the flags without stuffing and check. False: too long, or a wrong check.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, Span<byte> content, out int length)
    {
        length = 0;
        int count = 0;
        Span<byte> plain = stackalloc byte[Sps30Frame.LongestContent + 1];
        for (int i = 1; i < frame.Length - 1; i++)
        {
            byte b = frame[i];
            if (b == Escape)
            {
                b = (byte)(frame[++i] ^ Inverted);
            }

            if (count == plain.Length || i == frame.Length - 1)
            {
                return false;
            }

            plain[count++] = b;
        }

        if (count < 4 || Checksum(plain[..(count - 1)]) != plain[count - 1])
        {
            return false;
        }

        length = count - 1;
        plain[..length].CopyTo(content);
        return true;
    }
}
