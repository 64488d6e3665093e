using System.Collections.Immutable;
using System.Text;

namespace EdgeDePin.Storage.Segments;

/// <summary>What the first frame of a segment says about everything before it.</summary>
/// <param name="Head">The last sequence that was acknowledged; a hole between it and the next frame is no loss.</param>
internal sealed record StoreState(long Epoch, long Head, ImmutableDictionary<string, long> Cursors)
{
    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Epoch);
        writer.Write(Head);
        writer.Write(Cursors.Count);
        foreach ((string name, long sequence) in Cursors)
        {
            writer.Write(name);
            writer.Write(sequence);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static StoreState Decode(ReadOnlySpan<byte> payload)
    {
        using var reader = new BinaryReader(new MemoryStream(payload.ToArray()), Encoding.UTF8);
        (long epoch, long head, int count) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32());
        var cursors = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (int at = 0; at < count; at++)
        {
            string name = reader.ReadString();
            cursors[name] = reader.ReadInt64();
        }

        return new StoreState(epoch, head, cursors.ToImmutable());
    }
}
