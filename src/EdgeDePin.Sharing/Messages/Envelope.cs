using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// A message under its sender's signature. The broker is not trusted: who sent it, to whom, in which order and in which site is
/// all signed. The key id (RFC 9052 section 3.1) is the public key itself, from which the sender's id follows, so a sender
/// cannot claim to be another and no directory of keys is asked.
/// </summary>
/// <param name="Receiver">Null for offers, which are for everybody.</param>
/// <param name="Sequence">Rises with every message of the sender, over all receivers and restarts.</param>
/// <param name="SentAt">The sender's wall clock, to the microsecond; a note for people, not a proof.</param>
public sealed record Envelope(NodeId Sender, NodeId? Receiver, ulong Sequence, DateTimeOffset SentAt, Message Message)
{
    /// <summary>The largest input with its frame: 128 KiB and 4 KiB.</summary>
    public const int MaxBytes = Message.MaxData + 4096;

    private const int AlgorithmLabel = 1;
    private const int KeyIdLabel = 4;
    private const int EdDsa = -8;
    private static readonly byte[] EmptyMap = [0xA0];

    /// <summary>Signs and encodes a message.</summary>
    /// <param name="site">Signed but not sent, so a message of one site means nothing in another.</param>
    public static byte[] Seal(
        NodeIdentity sender, string site, NodeId? receiver, ulong sequence, DateTimeOffset sentAt, Message message)
    {
        ArgumentNullException.ThrowIfNull(sender);
        byte[] payload = PayloadCodec.Encode(receiver, sequence, sentAt, message);
        return CoseSign1.Sign(sender, Header(sender.PublicKey), EmptyMap, payload, Context(site)).Encode();
    }

    /// <summary>Opens what arrived, cheapest checks first. Null, and the envelope, where all hold; otherwise why not.</summary>
    /// <param name="self">Who is opening.</param>
    /// <param name="windowOf">The replay window of a known sender; null for one whose offer has not been heard.</param>
    public static Refusal? Open(
        ReadOnlyMemory<byte> bytes, string site, NodeId self, Func<NodeId, ReplayWindow?> windowOf, out Envelope? envelope)
    {
        ArgumentNullException.ThrowIfNull(windowOf);
        envelope = null;
        if (bytes.Length > MaxBytes)
        {
            return Refusal.Oversized;
        }

        if (!CoseSign1.TryDecode(bytes, out CoseSign1? signed)
            || !signed.Value.UnprotectedHeader.Span.SequenceEqual(EmptyMap)
            || !TryReadHeader(signed.Value.ProtectedHeader, out byte[]? key))
        {
            return Refusal.NotAnEnvelope;
        }

        if (!signed.Value.IsSignedBy(key, Context(site)))
        {
            return Refusal.BadSignature;
        }

        if (!PayloadCodec.TryDecode(signed.Value.Payload, NodeId.Of(key), out Envelope? opened))
        {
            return Refusal.Malformed;
        }

        envelope = opened;
        return Judge(opened, self, windowOf(opened.Sender));
    }

    private static Refusal? Judge(Envelope opened, NodeId self, ReplayWindow? window)
    {
        bool offer = opened.Message is Message.Offer;
        if (offer ? opened.Receiver is not null : opened.Receiver != self)
        {
            return Refusal.WrongReceiver;
        }

        if (window is null)
        {
            return offer ? null : Refusal.UnknownSender;
        }

        return window.TryAdmit(opened.Sequence) ? null : Refusal.Replayed;
    }

    private static byte[] Context(string site) => Encoding.UTF8.GetBytes($"edgedepin/1/{site}");

    private static byte[] Header(byte[] publicKey)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(2);
        writer.WriteInt32(AlgorithmLabel);
        writer.WriteInt32(EdDsa);
        writer.WriteInt32(KeyIdLabel);
        writer.WriteByteString(publicKey);
        writer.WriteEndMap();
        return writer.Encode();
    }

    // There is one way to write our header, so it is written again and compared instead of parsed leniently.
    private static bool TryReadHeader(ReadOnlyMemory<byte> header, [NotNullWhen(true)] out byte[]? publicKey)
    {
        publicKey = header.Length > NodeIdentity.KeyLength ? header[^NodeIdentity.KeyLength..].ToArray() : null;
        return publicKey is not null && header.Span.SequenceEqual(Header(publicKey));
    }
}
