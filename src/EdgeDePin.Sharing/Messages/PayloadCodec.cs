using System.Formats.Cbor;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// What is below the signature: <c>[receiver, sequence, sent at in microseconds since 1970, [type, [body], type, [body], …]]</c>
/// in deterministic CBOR (RFC 8949 section 4.2). Arrays of fixed length: a change of them is another protocol version, under
/// another topic.
/// </summary>
internal static class PayloadCodec
{
    /// <summary>Sequence numbers are below this: what 34 bits of incarnation and 28 bits of messages can reach.</summary>
    public const ulong EndOfSequences = 1UL << 62;

    public static byte[] Encode(
        NodeId? receiver, ulong sequence, DateTimeOffset sentAt, IReadOnlyList<Message> messages, Func<Message, ReadOnlyMemory<byte>> seal)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 512);
        writer.WriteStartArray(4);
        writer.WriteByteString(Encoding.ASCII.GetBytes(receiver?.Value ?? ""));
        writer.WriteUInt64(sequence);
        writer.WriteInt64((sentAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        writer.WriteStartArray(2 * messages.Count);
        foreach (Message message in messages)
        {
            writer.WriteInt32((int)MessageWriter.TypeOf(message));
            MessageWriter.Write(writer, message, seal);
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <summary>The envelope with its data still sealed; null where a byte is not as we would have written it.</summary>
    public static Envelope? Decode(ReadOnlyMemory<byte> payload, NodeId sender)
    {
        try
        {
            var reader = new CborReader(payload, CborConformanceMode.Ctap2Canonical);
            MessageReader.StartArray(reader, 4);
            NodeId? receiver = Receiver(reader.ReadDefiniteLengthByteString().Span);
            ulong sequence = reader.ReadUInt64();
            DateTimeOffset sentAt = DateTimeOffset.UnixEpoch.AddTicks(checked(reader.ReadInt64() * TimeSpan.TicksPerMicrosecond));
            int count = reader.ReadStartArray() ?? -1;
            if (sequence >= EndOfSequences || count < 2 || count > 2 * Envelope.MaxMessages || count % 2 != 0)
            {
                return null;
            }

            var messages = new Message[count / 2];
            for (int index = 0; index < messages.Length; index++)
            {
                var type = (MessageType)reader.ReadInt32();
                messages[index] = MessageReader.Read(reader, type);
            }

            reader.ReadEndArray();
            reader.ReadEndArray();
            return reader.BytesRemaining == 0 ? new Envelope(sender, receiver, sequence, sentAt, messages) : null;
        }
        catch (Exception error) when (MessageReader.IsMalformed(error))
        {
            return null;
        }
    }

    private static NodeId? Receiver(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? null : NodeId.Parse(text.Length <= NodeId.Length ? Encoding.ASCII.GetString(text) : "too long");
}
