using System.Buffers;
using System.Text;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage;

/// <summary>The points set aside last, and the count of all. Owned by the writer lane; readers get copies.</summary>
internal sealed class QuarantineList
{
    /// <summary>Each segment begins with a copy of these, so they are few; the count goes on.</summary>
    public const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<(long Number, byte[] Payload)> _kept = new();

    public long Count { get; private set; }

    /// <summary>The frame of a point that is set aside next, after <paramref name="before"/> others of the same commit.</summary>
    public (long Number, byte[] Payload) Next(QuarantinedPoint point, int before)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(point.At.UtcTicks);
        writer.Write(point.Destination);
        writer.Write(point.Line);
        writer.Write(point.Reason);
        writer.Flush();
        return (Count + 1 + before, bytes.ToArray());
    }

    /// <summary>A frame that is durable. Segments repeat those of the segment before: what is known already is skipped.</summary>
    public void Restore(long number, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (number <= Count)
            {
                return;
            }

            Count = number;
            _kept.Enqueue((number, payload.ToArray()));
            if (_kept.Count > Capacity)
            {
                _kept.Dequeue();
            }
        }
    }

    /// <summary>So many were set aside before this segment.</summary>
    public void CountFrom(long number)
    {
        lock (_lock)
        {
            Count = Math.Max(Count, number);
        }
    }

    /// <summary>A point was stored after all: it is in quarantine no more, and its number is not given again.</summary>
    public void Resolve(long number)
    {
        lock (_lock)
        {
            Count = Math.Max(Count, number);
            foreach ((long Number, byte[] Payload) one in _kept.ToArray())
            {
                _kept.Dequeue();
                if (one.Number != number)
                {
                    _kept.Enqueue(one);
                }
            }
        }
    }

    public void WriteTo(IBufferWriter<byte> target)
    {
        lock (_lock)
        {
            foreach ((long number, byte[] payload) in _kept)
            {
                new Frame(FrameKind.Quarantined, number, 0, payload).WriteTo(target);
            }

            if (Count > 0)
            {
                // The last ones may be resolved; the count goes on all the same.
                new Frame(FrameKind.Resolved, Count, 0, "count"u8).WriteTo(target);
            }
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<QuarantinedPoint> Last(int max)
    {
        lock (_lock)
        {
            return [.. _kept.Reverse().Take(max).Select(kept => Decode(kept.Number, kept.Payload))];
        }
    }

    private static QuarantinedPoint Decode(long number, byte[] payload)
    {
        using var reader = new BinaryReader(new MemoryStream(payload), Encoding.UTF8);
        return new QuarantinedPoint(
            new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), reader.ReadString(), reader.ReadString(), reader.ReadString(), number);
    }
}
