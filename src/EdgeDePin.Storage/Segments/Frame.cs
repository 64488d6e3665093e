using System.Buffers;
using System.Buffers.Binary;

namespace EdgeDePin.Storage.Segments;

/// <summary>What a frame of a segment carries.</summary>
internal enum FrameKind : byte
{
    /// <summary>First in every segment: epoch, head and cursors as of then, so that no older segment is needed for them.</summary>
    Start = (byte)'S',

    /// <summary>Points as columns; the sequence is that of the first.</summary>
    Points = (byte)'B',

    /// <summary>Points as line protocol, as the first versions wrote them; read, not written.</summary>
    Lines = (byte)'P',

    /// <summary>A cursor moved; the sequence is where to.</summary>
    Cursor = (byte)'C',

    /// <summary>A point set aside; the sequence counts them.</summary>
    Quarantined = (byte)'Q',

    /// <summary>A point that was set aside is stored after all; the sequence is its number. With a payload: only how many there were.</summary>
    Resolved = (byte)'R',

    /// <summary>Points were deleted by request; the sequence is the last that this concerns.</summary>
    Tombstone = (byte)'T',

    /// <summary>The store was closed in order; nothing follows in this segment.</summary>
    End = (byte)'E',
}

/// <summary>
/// The unit that is whole or not there. Layout, little endian: magic (4), length of the body (4), CRC-32C of length and
/// body (4), body: kind (1), sequence (8), count (4), payload. The magic is what a reader looks for behind damage.
/// </summary>
internal readonly ref struct Frame(FrameKind kind, long sequence, int count, ReadOnlySpan<byte> payload)
{
    public const int HeaderLength = 12;
    public const int BodyStart = 13;

    /// <summary>Longer ones are not written, so a longer length is damage.</summary>
    public const int MaxBody = 64 << 20;

    public FrameKind Kind { get; } = kind;
    public long Sequence { get; } = sequence;

    /// <summary>Points in it; 0 for a frame without any.</summary>
    public int Count { get; } = count;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    public static ReadOnlySpan<byte> Magic => "EDPf"u8;

    public void WriteTo(IBufferWriter<byte> target)
    {
        int length = BodyStart + Payload.Length;
        Span<byte> room = target.GetSpan(HeaderLength + length)[..(HeaderLength + length)];
        Magic.CopyTo(room);
        BinaryPrimitives.WriteInt32LittleEndian(room[4..], length);
        Span<byte> body = room[HeaderLength..];
        body[0] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(body[9..], Count);
        Payload.CopyTo(body[BodyStart..]);
        BinaryPrimitives.WriteUInt32LittleEndian(room[8..], Checksum(room));
        target.Advance(room.Length);
    }

    /// <summary>The whole frame at the start of <paramref name="bytes"/>, and its length there; 0 where there is none.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, out Frame frame)
    {
        frame = default;
        if (bytes.Length < HeaderLength + BodyStart || !bytes.StartsWith(Magic))
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (length is < BodyStart or > MaxBody || length > bytes.Length - HeaderLength)
        {
            return 0;
        }

        ReadOnlySpan<byte> whole = bytes[..(HeaderLength + length)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(whole[8..]) != Checksum(whole))
        {
            return 0;
        }

        ReadOnlySpan<byte> body = whole[HeaderLength..];
        frame = new Frame(
            (FrameKind)body[0], BinaryPrimitives.ReadInt64LittleEndian(body[1..]),
            BinaryPrimitives.ReadInt32LittleEndian(body[9..]), body[BodyStart..]);
        return whole.Length;
    }

    // The length is under the checksum, too; rotated so that a run of zeros is not its own checksum.
    private static uint Checksum(ReadOnlySpan<byte> whole) =>
        uint.RotateLeft(Crc32C.Of(whole[HeaderLength..]), 7) ^ Crc32C.Of(whole[4..8]);
}
