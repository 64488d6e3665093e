using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace EdgeHubSimulator.Queues;

/// <summary>
/// A message in a segment: <c>[length:4][crc32c:4][expiry:varint][topic:varint][body]</c>, little-endian. A topic that the segment has seen
/// is its number, from 1; a new one is 0, its length and its text, and gets the next number while there is room. So a reading of
/// 75 bytes takes 86.
/// </summary>
internal static class Record
{
    public const int HeaderBytes = 8;

    /// <summary>Topics numbered in one segment. Where each message has an id of its own, numbering more would only take memory.</summary>
    public const int MaxTopics = 256;

    /// <summary>A body of 256 KiB with the longest topic.</summary>
    public const int MaxPayloadBytes = (256 * 1024) + ushort.MaxValue + 32;

    /// <summary>Room for one record at least.</summary>
    public static int MaxBytes(QueuedMessage message) => HeaderBytes + 30 + Encoding.UTF8.GetMaxByteCount(message.Topic.Length) + message.Body.Length;

    /// <summary>Writes a record and returns its length.</summary>
    public static int Write(Span<byte> to, QueuedMessage message, Dictionary<string, int> topics)
    {
        int at = HeaderBytes;
        at += WriteVarint(to[at..], (ulong)message.ExpiresAt);
        if (topics.TryGetValue(message.Topic, out int number))
        {
            at += WriteVarint(to[at..], (ulong)number);
        }
        else
        {
            at += WriteVarint(to[at..], 0);
            at += WriteVarint(to[at..], (ulong)Encoding.UTF8.GetByteCount(message.Topic));
            at += Encoding.UTF8.GetBytes(message.Topic, to[at..]);
            if (topics.Count < MaxTopics)
            {
                topics.Add(message.Topic, topics.Count + 1);
            }
        }

        message.Body.Span.CopyTo(to[at..]);
        at += message.Body.Length;
        Span<byte> payload = to[HeaderBytes..at];
        BinaryPrimitives.WriteInt32LittleEndian(to, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Checksum(payload));
        return at;
    }

    /// <summary>How many bytes the record takes that begins here; 0 if even its header is not all here or makes no sense.</summary>
    public static int Length(ReadOnlySpan<byte> from)
    {
        if (from.Length < HeaderBytes)
        {
            return 0;
        }

        int payload = BinaryPrimitives.ReadInt32LittleEndian(from);
        return payload is > 0 and <= MaxPayloadBytes ? HeaderBytes + payload : 0;
    }

    /// <summary>Reads one whole record; null if it is damaged.</summary>
    public static QueuedMessage? Read(ReadOnlySpan<byte> record, List<string> topics)
    {
        ReadOnlySpan<byte> payload = record[HeaderBytes..];
        if (Checksum(payload) != BinaryPrimitives.ReadUInt32LittleEndian(record[4..])
            || !TryReadVarint(ref payload, out ulong expiry) || !TryReadVarint(ref payload, out ulong number))
        {
            return null;
        }

        string topic;
        if (number == 0)
        {
            if (!TryReadVarint(ref payload, out ulong length) || length > (ulong)payload.Length)
            {
                return null;
            }

            topic = Encoding.UTF8.GetString(payload[..(int)length]);
            payload = payload[(int)length..];
            if (topics.Count < MaxTopics)
            {
                topics.Add(topic);
            }
        }
        else if (number <= (ulong)topics.Count)
        {
            topic = topics[(int)number - 1];
        }
        else
        {
            return null;
        }

        return new QueuedMessage(topic, payload.ToArray(), (long)expiry);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    private static int WriteVarint(Span<byte> to, ulong value)
    {
        int at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[at++] = (byte)(value | 0x80);
        }

        to[at++] = (byte)value;
        return at;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (int at = 0; at < from.Length && at < 10; at++)
        {
            value |= (ulong)(from[at] & 0x7F) << (7 * at);
            if (from[at] < 0x80)
            {
                from = from[(at + 1)..];
                return true;
            }
        }

        return false;
    }
}
