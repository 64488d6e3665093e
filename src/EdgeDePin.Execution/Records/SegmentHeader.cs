using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeDePin.Execution.Records;

/// <summary>
/// What stands before the entries of a segment, 104 bytes, little endian: magic and version, length of the body, number of entries,
/// version of the entries, number of the segment, entries before it, entries lost before it, SHA-256 of the segment before, public key of the node. The
/// segment ends with its signature (Ed25519, RFC 8032) over the SHA-256 of header and body.
/// </summary>
internal readonly record struct SegmentHeader(int BodyLength, int Count, long Index, long Before, long Lost, byte[] Previous, byte[] PublicKey)
{
    public const int Length = 104;
    public const int SignatureLength = 64;
    public const int HashLength = 32;

    /// <summary>Larger bodies are not written, and not believed.</summary>
    public const int MaxBody = 64 * 1024 * 1024;

    /// <summary>How entries are written now; every version since 0 is read.</summary>
    public const int CurrentVersion = 2;

    private const uint Magic = 0x31524445; // "EDR1"

    /// <summary>Of the entries: 0 knew no lanes, needs, spawning tasks and placements, 1 no results that were taken back and no carried processor time.</summary>
    public int Version { get; init; } = CurrentVersion;

    public void WriteTo(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], BodyLength);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Index);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Before);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], Lost);
        Previous.CopyTo(to[40..]);
        PublicKey.CopyTo(to[72..]);
    }

    /// <exception cref="FormatException">Not a header.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < Length || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic)
        {
            throw new FormatException(from.Length < Length ? $"{JournalReader.Truncated}: {from.Length} bytes of a header of {Length}" : "no segment begins here");
        }

        var header = new SegmentHeader(
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]), BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]), BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]), from.Slice(40, HashLength).ToArray(), from.Slice(72, HashLength).ToArray())
        {
            Version = BinaryPrimitives.ReadInt32LittleEndian(from[12..]),
        };
        if (header.Version is < 0 or > CurrentVersion)
        {
            throw new FormatException($"entries of version {header.Version}, and this program reads 0 to {CurrentVersion}: use a newer one");
        }

        return header.BodyLength is >= 0 and <= MaxBody && header.Count is >= 0 and <= RecordJournal.EntriesPerSegment && header.Count <= header.BodyLength
            && header.Index >= 0 && header.Before >= 0 && header.Lost >= 0
            ? header
            : throw new FormatException($"a header with {header.Count} entries in {header.BodyLength} bytes");
    }

    public static byte[] Hash(ReadOnlySpan<byte> headerAndBody) => SHA256.HashData(headerAndBody);
}
