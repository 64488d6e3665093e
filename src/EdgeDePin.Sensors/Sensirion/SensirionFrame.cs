using System.Buffers.Binary;

namespace EdgeDePin.Sensors.Sensirion;

/// <summary>
/// How chips of Sensirion speak on I2C: 16-bit commands, and 16-bit words that are each followed by a CRC-8 (polynomial 0x31,
/// initially 0xFF, not reflected; e.g. SHT4x datasheet, section 4.4: BE EF gives 92).
/// </summary>
public static class SensirionFrame
{
    /// <summary>Bytes of a word and its check.</summary>
    public const int WordLength = 3;

    public static byte Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80) == 0 ? crc << 1 : (crc << 1) ^ 0x31;
            }
        }

        return (byte)crc;
    }

    /// <summary>False if a check is wrong; <paramref name="wrong"/> is then which word, from 0.</summary>
    /// <param name="bytes">Three for each of <paramref name="words"/>.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Span<ushort> words, out int wrong)
    {
        for (wrong = 0; wrong < words.Length; wrong++)
        {
            ReadOnlySpan<byte> word = bytes.Slice(WordLength * wrong, WordLength);
            if (Crc(word[..2]) != word[2])
            {
                return false;
            }

            words[wrong] = BinaryPrimitives.ReadUInt16BigEndian(word);
        }

        return true;
    }

    /// <summary>A command and its arguments, each with its check; returns how many bytes of <paramref name="frame"/> they take.</summary>
    public static int Encode(ushort command, ReadOnlySpan<ushort> arguments, Span<byte> frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, command);
        return 2 + Encode(arguments, frame[2..]);
    }

    /// <summary>Words with their checks, as they lie on the bus.</summary>
    public static int Encode(ReadOnlySpan<ushort> words, Span<byte> bytes)
    {
        for (int i = 0; i < words.Length; i++)
        {
            Span<byte> word = bytes.Slice(WordLength * i, WordLength);
            BinaryPrimitives.WriteUInt16BigEndian(word, words[i]);
            word[2] = Crc(word[..2]);
        }

        return WordLength * words.Length;
    }

    /// <summary>An IEEE 754 float in two words, high word first (SPS30, SCD30).</summary>
    public static float Float(ReadOnlySpan<ushort> words) => BitConverter.Int32BitsToSingle((words[0] << 16) | words[1]);
}
