using System.Buffers.Binary;
using System.Text;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>A packet of MQTT 3.1.1 as it stands in the bytes (OASIS mqtt-v3.1.1, sections 2 and 3).</summary>
/// <param name="Type">The high half of the first byte: 1 CONNECT, 3 PUBLISH, 4 PUBACK, 8 SUBSCRIBE.</param>
/// <param name="Flags">The low half.</param>
/// <param name="Fields">What the rest says, by name.</param>
internal sealed record MqttPacket(int Type, int Flags, IReadOnlyDictionary<string, string> Fields)
{
    public const int Connect = 1;
    public const int Publish = 3;
    public const int PubAck = 4;
    public const int Subscribe = 8;

    /// <summary>The whole packets of a stream.</summary>
    public static IEnumerable<MqttPacket> Read(byte[] bytes)
    {
        int at = 0;
        while (at + 2 <= bytes.Length)
        {
            int first = bytes[at], length = 0, shift = 0, next = at + 1;
            do
            {
                length |= (bytes[next] & 0x7F) << shift;
                shift += 7;
            }
            while (bytes[next++] >= 0x80 && next < bytes.Length);
            if (next + length > bytes.Length)
            {
                yield break;
            }

            yield return Of(first, bytes.AsMemory(next, length));
            at = next + length;
        }
    }

    private static MqttPacket Of(int first, ReadOnlyMemory<byte> rest)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new Reader(rest);
        switch (first >> 4)
        {
            case Connect:
                fields["protocol"] = reader.Text();
                fields["level"] = $"{reader.Byte()}";
                int flags = reader.Byte();
                fields["flags"] = $"{flags:x2}";
                fields["keepAlive"] = $"{reader.Word()}";
                fields["clientId"] = reader.Text();
                fields["userName"] = (flags & 0x80) != 0 ? reader.Text() : "";
                fields["password"] = (flags & 0x40) != 0 ? reader.Text() : "";
                break;
            case Publish:
                fields["topic"] = reader.Text();
                fields["packet"] = (first & 6) != 0 ? $"{reader.Word()}" : "";
                fields["body"] = reader.Rest();
                break;
            case Subscribe:
                fields["packet"] = $"{reader.Word()}";
                fields["filter"] = reader.Text();
                fields["quality"] = $"{reader.Byte()}";
                fields["more"] = reader.Rest();
                break;
            case PubAck:
                fields["packet"] = $"{reader.Word()}";
                break;
        }

        return new MqttPacket(first >> 4, first & 15, fields);
    }

    private sealed class Reader(ReadOnlyMemory<byte> bytes)
    {
        private int _at;

        public int Byte() => bytes.Span[_at++];

        public int Word()
        {
            int value = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[_at..]);
            _at += 2;
            return value;
        }

        public string Text()
        {
            int length = Word();
            string text = Encoding.UTF8.GetString(bytes.Span.Slice(_at, length));
            _at += length;
            return text;
        }

        public string Rest() => Encoding.UTF8.GetString(bytes.Span[_at..]);
    }
}
