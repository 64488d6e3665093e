using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// What is below the signature: <c>[type, receiver, sequence, sent at in microseconds since 1970, [body]]</c> in deterministic
/// CBOR (RFC 8949 section 4.2). Arrays of fixed length: a change of them is another protocol version, under another topic.
/// </summary>
internal static class PayloadCodec
{
    public static byte[] Encode(NodeId? receiver, ulong sequence, DateTimeOffset sentAt, Message message)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 256);
        writer.WriteStartArray(5);
        writer.WriteInt32((int)MessageWriter.TypeOf(message));
        writer.WriteByteString(Encoding.ASCII.GetBytes(receiver?.Value ?? ""));
        writer.WriteUInt64(sequence);
        writer.WriteInt64((sentAt.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        MessageWriter.Write(writer, message);
        writer.WriteEndArray();
        return writer.Encode();
    }

    public static bool TryDecode(ReadOnlyMemory<byte> payload, NodeId sender, [NotNullWhen(true)] out Envelope? envelope)
    {
        envelope = null;
        try
        {
            var reader = new CborReader(payload, CborConformanceMode.Ctap2Canonical);
            MessageReader.StartArray(reader, 5);
            var type = (MessageType)reader.ReadInt32();
            NodeId? receiver = Receiver(reader.ReadDefiniteLengthByteString().Span);
            ulong sequence = reader.ReadUInt64();
            DateTimeOffset sentAt = DateTimeOffset.UnixEpoch.AddTicks(checked(reader.ReadInt64() * TimeSpan.TicksPerMicrosecond));
            Message message = MessageReader.Read(reader, type);
            reader.ReadEndArray();
            if (reader.BytesRemaining != 0)
            {
                return false;
            }

            envelope = new Envelope(sender, receiver, sequence, sentAt, message);
            return true;
        }
        catch (Exception error) when (
            error is CborContentException or InvalidOperationException or OverflowException or FormatException or ArgumentOutOfRangeException)
        {
            // What the reader throws on foreign bytes; each means the same to us.
            return false;
        }
    }

    private static NodeId? Receiver(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? null : NodeId.Parse(text.Length <= NodeId.Length ? Encoding.ASCII.GetString(text) : "too long");
}
