using System.Globalization;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Grid.Dsmr;

/// <summary>Finds telegrams in what a meter sends: from a '/' at the begin of a line to the line of the '!'.</summary>
public sealed class DsmrScanner
{
    /// <summary>A telegram with four M-Bus meters and a long text message is about 3.5 kB.</summary>
    public const int Longest = 8_192;

    private readonly byte[] _bytes = new byte[Longest];
    private int _count;

    /// <summary>Bytes that belonged to no telegram.</summary>
    public long Discarded { get; private set; }

    /// <summary>
    /// Takes the bytes of the line up to the end of a telegram. Null: it goes on. Otherwise the telegram, or why it is none; a new
    /// '/' then begins anew.
    /// </summary>
    /// <param name="taken">How many bytes were taken; the rest belongs to the next call.</param>
    public Answer<DsmrTelegram>? Take(ReadOnlySpan<byte> bytes, out int taken)
    {
        for (taken = 0; taken < bytes.Length;)
        {
            byte b = bytes[taken++];
            if (b == (byte)'/' && (_count == 0 || _bytes[_count - 1] == (byte)'\n'))
            {
                bool cut = _count > 0;
                Discarded += _count;
                _bytes[0] = b;
                _count = 1;
                if (cut)
                {
                    return Faulty("a telegram that breaks off", "The line is disturbed, or the reader is too slow.");
                }
            }
            else if (_count == 0)
            {
                Discarded++;
            }
            else if (_count == Longest)
            {
                Discarded += _count + 1;
                _count = 0;
                return Faulty($"no end of the telegram within {Longest} bytes", "Check the bits per second, and whether the line is inverted.");
            }
            else
            {
                _bytes[_count++] = b;
                if (b == (byte)'\n' && End(_bytes.AsSpan(0, _count)) is var mark and >= 0)
                {
                    ReadOnlySpan<byte> telegram = _bytes.AsSpan(0, _count);
                    _count = 0;
                    return Check(telegram, mark);
                }
            }
        }

        return null;
    }

    public void Clear() => (_count, Discarded) = (0, 0);

    /// <summary>A whole telegram, as in a file.</summary>
    public static Answer<DsmrTelegram> Read(ReadOnlySpan<byte> bytes)
    {
        var scanner = new DsmrScanner();
        return scanner.Take(bytes, out _) ?? Faulty("no line that begins with '!'", "The telegram is cut.");
    }

    // Where the last line begins with '!'; -1 if it does not.
    private static int End(ReadOnlySpan<byte> telegram)
    {
        int line = telegram[..^1].LastIndexOf((byte)'\n') + 1;
        return telegram[line] == (byte)'!' ? line : -1;
    }

    private static Answer<DsmrTelegram> Check(ReadOnlySpan<byte> telegram, int mark)
    {
        ReadOnlySpan<byte> check = telegram[(mark + 1)..].Trim("\r\n"u8);

        // Meters of DSMR 2 and 3 have no check; some later ones drop its leading zero.
        if (check.Length > 0)
        {
            if (check.Length > 4 || !ushort.TryParse(check, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort seen))
            {
                return Faulty("the checksum is no hexadecimal number", "The line is disturbed.");
            }

            ushort computed = DsmrChecksum.Of(telegram[..(mark + 1)]);
            if (seen != computed)
            {
                return Faulty($"checksum {seen:X4}, computed {computed:X4}", "Shorten the cable, use a better adapter, or invert the line properly.");
            }
        }

        return DsmrTelegram.Parse(telegram[..mark]);
    }

    private static Answer<DsmrTelegram> Faulty(string detail, string remedy) => new SensorFault(FaultKind.Corrupted, detail, remedy);
}
