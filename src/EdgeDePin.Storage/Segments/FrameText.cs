using System.Buffers;
using System.Text;

namespace EdgeDePin.Storage.Segments;

/// <summary>Counts and names in a frame: numbers of seven bits a byte, the lowest first (as LEB128), and UTF-8 with its length.</summary>
internal static class FrameText
{
    public static void Number(ulong value, IBufferWriter<byte> target)
    {
        Span<byte> room = target.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[length++] = (byte)(value | 0x80);
        }

        room[length++] = (byte)value;
        target.Advance(length);
    }

    public static void Text(string text, IBufferWriter<byte> target)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Number((ulong)length, target);
        target.Advance(Encoding.UTF8.GetBytes(text, target.GetSpan(length)));
    }

    /// <summary>A text as how many characters it shares with the one before, and the rest.</summary>
    public static void Text(string text, string before, IBufferWriter<byte> target)
    {
        int shared = text.AsSpan().CommonPrefixLength(before);
        // A pair of surrogates is one character of UTF-8.
        shared -= shared > 0 && char.IsHighSurrogate(text[shared - 1]) ? 1 : 0;
        Number((ulong)shared, target);
        Text(text[shared..], target);
    }

    /// <exception cref="InvalidDataException">The bytes are cut off.</exception>
    public static ulong Number(ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (int at = 0; at < Math.Min(10, source.Length); at++)
        {
            value |= (ulong)(source[at] & 0x7F) << (7 * at);
            if (source[at] < 0x80)
            {
                source = source[(at + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A number is cut off.");
    }

    /// <summary>A number of things, each of which takes at least so many bits of what is left.</summary>
    /// <exception cref="InvalidDataException">More than there is room for.</exception>
    public static int Count(ref ReadOnlySpan<byte> source, int most)
    {
        ulong count = Number(ref source);
        return count <= (ulong)most ? (int)count : throw new InvalidDataException($"{count} are counted where at most {most} can be.");
    }

    public static string Text(ref ReadOnlySpan<byte> source)
    {
        int length = Count(ref source, source.Length);
        if (length > source.Length)
        {
            throw new InvalidDataException("A text is cut off.");
        }

        string text = Encoding.UTF8.GetString(source[..length]);
        source = source[length..];
        return text;
    }

    public static string Text(ref ReadOnlySpan<byte> source, string before)
    {
        int shared = Count(ref source, before.Length);
        return string.Concat(before.AsSpan(0, shared), Text(ref source));
    }
}
