using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace EdgeDePin.Storage.Segments;

/// <summary>
/// Numbers in blocks of 64, each block as wide as its largest number needs: one byte with the width in bits, then the
/// numbers, little endian, without gaps. A block of zeros takes one byte.
/// </summary>
internal static class PackedNumbers
{
    public const int BlockLength = 64;

    /// <summary>Small numbers of either sign as small numbers without: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
    public static ulong ZigZag(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    public static void Write(ReadOnlySpan<ulong> numbers, IBufferWriter<byte> target)
    {
        while (!numbers.IsEmpty)
        {
            ReadOnlySpan<ulong> block = numbers[..Math.Min(BlockLength, numbers.Length)];
            numbers = numbers[block.Length..];
            ulong all = 0;
            foreach (ulong number in block)
            {
                all |= number;
            }

            int width = 64 - BitOperations.LeadingZeroCount(all);
            int length = ((block.Length * width) + 7) / 8;
            Span<byte> room = target.GetSpan(1 + length + sizeof(ulong));
            room[0] = (byte)width;
            Pack(block, width, room[1..]);
            target.Advance(1 + length);
        }
    }

    /// <summary>Reads as many numbers as <paramref name="numbers"/> has room for.</summary>
    /// <exception cref="InvalidDataException">They are not there.</exception>
    public static void Read(ref ReadOnlySpan<byte> source, Span<ulong> numbers)
    {
        while (!numbers.IsEmpty)
        {
            Span<ulong> block = numbers[..Math.Min(BlockLength, numbers.Length)];
            numbers = numbers[block.Length..];
            int width = source.IsEmpty ? 255 : source[0];
            int length = ((block.Length * width) + 7) / 8;
            if (width > 64 || source.Length < 1 + length)
            {
                throw new InvalidDataException("A block of packed numbers is cut off.");
            }

            Unpack(source.Slice(1, length), width, block);
            source = source[(1 + length)..];
        }
    }

    // The room has eight bytes more than the numbers need: the last word is written whole.
    private static void Pack(ReadOnlySpan<ulong> block, int width, Span<byte> room)
    {
        ulong word = 0;
        int filled = 0;
        foreach (ulong number in block)
        {
            word |= number << filled;
            filled += width;
            if (filled >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(room, word);
                room = room[sizeof(ulong)..];
                filled -= 64;
                word = filled == 0 ? 0 : number >> (width - filled);
            }
        }

        if (filled > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room, word);
        }
    }

    private static void Unpack(ReadOnlySpan<byte> packed, int width, Span<ulong> block)
    {
        if (width == 0)
        {
            block.Clear();
            return;
        }

        ulong mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        for (int at = 0, bit = 0; at < block.Length; at++, bit += width)
        {
            ReadOnlySpan<byte> from = packed[(bit / 8)..];
            int shift = bit % 8;
            ulong number = Word(from) >> shift;
            if (shift + width > 64)
            {
                number |= (ulong)from[8] << (64 - shift);
            }

            block[at] = number & mask;
        }
    }

    private static ulong Word(ReadOnlySpan<byte> from)
    {
        if (from.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(from);
        }

        ulong word = 0;
        for (int at = 0; at < from.Length; at++)
        {
            word |= (ulong)from[at] << (8 * at);
        }

        return word;
    }
}
