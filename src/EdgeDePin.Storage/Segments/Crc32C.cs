using System.Buffers.Binary;
using System.Numerics;

namespace EdgeDePin.Storage.Segments;

/// <summary>The Castagnoli checksum (RFC 3720, appendix B.4); x86-64 and arm64 have an instruction for it.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    /// <summary>Of a whole file, in little memory.</summary>
    public static uint OfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] part = new byte[1 << 20];
        uint crc = uint.MaxValue;
        for (int read; (read = file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false)) > 0;)
        {
            crc = Continue(crc, part.AsSpan(0, read));
        }

        return ~crc;
    }

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
