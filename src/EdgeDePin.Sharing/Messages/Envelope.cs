using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// A bundle of messages under its sender's signature. The broker is not trusted: who sent it, to whom, in which order and in
/// which site is all signed. The sender's id follows from the key that signed, so a sender cannot claim to be another.
/// </summary>
/// <param name="Receiver">Null for offers, which are for everybody.</param>
/// <param name="Sequence">Rises with every envelope of the sender, over all receivers and restarts.</param>
/// <param name="SentAt">The sender's wall clock, to the microsecond; a note for people, not a proof.</param>
/// <param name="Messages">1 to <see cref="MaxMessages"/>, in the order in which they mean something.</param>
public sealed record Envelope(NodeId Sender, NodeId? Receiver, ulong Sequence, DateTimeOffset SentAt, IReadOnlyList<Message> Messages)
{
    /// <summary>Messages of a bundle, at most: one signature and one acknowledgement for all of them.</summary>
    public const int MaxMessages = 64;

    /// <summary>The largest input with its frame, or 64 messages without data: 128 KiB and 32 KiB.</summary>
    public const int MaxBytes = Message.MaxData + 32 * 1024;

    /// <summary>The only message, where there is one.</summary>
    public Message Message => Messages[0];

    /// <summary>The key that signed it, 32 bytes.</summary>
    public byte[] SenderKey { get; init; } = [];

    /// <summary>Signs and encodes a bundle; what it carries of data is sealed to the receiver.</summary>
    /// <param name="site">Signed but not sent, so a message of one site means nothing in another.</param>
    /// <param name="readerKey">The receiver's, for bundles that carry data.</param>
    /// <param name="ephemeral">32 fresh bytes for a bundle with data; the system's randomness by default.</param>
    public static byte[] Seal(
        NodeIdentity sender, string site, NodeId? receiver, ulong sequence, DateTimeOffset sentAt, IReadOnlyList<Message> messages,
        byte[]? readerKey = null, Func<byte[]>? ephemeral = null)
    {
        ArgumentNullException.ThrowIfNull(sender);
        using var data = new SealedData(site, sender.NodeId, receiver);
        byte[] payload = PayloadCodec.Encode(
            receiver, sequence, sentAt, messages, message => data.Seal(message, readerKey, ephemeral));
        return SignedBytes.Seal(sender, payload, Context(site));
    }

    /// <summary>Opens what arrived, cheapest checks first. Null, and the envelope, where all hold; otherwise why not.</summary>
    /// <param name="self">Who is opening.</param>
    /// <param name="windowOf">The replay window of a known sender; null for one whose offer has not been heard.</param>
    public static Refusal? Open(
        ReadOnlyMemory<byte> bytes, string site, NodeIdentity self, Func<NodeId, ReplayWindow?> windowOf, out Envelope? envelope)
    {
        ArgumentNullException.ThrowIfNull(self);
        envelope = null;
        if (bytes.Length > MaxBytes)
        {
            return Refusal.Oversized;
        }

        if (!SignedBytes.TryRead(bytes, out CoseSign1? signed, out byte[]? key))
        {
            return Refusal.NotAnEnvelope;
        }

        if (!signed.Value.IsSignedBy(key, Context(site), self.Scheme))
        {
            return Refusal.BadSignature;
        }

        if (PayloadCodec.Decode(signed.Value.Payload, NodeId.Of(key)) is not { } opened)
        {
            return Refusal.Malformed;
        }

        if (opened.Judge(self.NodeId, windowOf) is { } refusal)
        {
            return refusal;
        }

        envelope = (opened with { SenderKey = key }).Unsealed(site, self.Reader);
        return envelope is null ? Refusal.NotForUs : null;
    }

    /// <summary>Whether it is for this node and fresh; its sequence number is then used up.</summary>
    internal Refusal? Judge(NodeId self, Func<NodeId, ReplayWindow?> windowOf)
    {
        bool offer = Messages is [Message.Offer];
        if (Messages.Count is 0 or > MaxMessages || (!offer && Messages.Any(message => message is Message.Offer)))
        {
            return Refusal.Malformed;
        }

        if (offer ? Receiver is not null : Receiver != self)
        {
            return Refusal.WrongReceiver;
        }

        if (windowOf(Sender) is not { } window)
        {
            return offer ? null : Refusal.UnknownSender;
        }

        return window.TryAdmit(Sequence) ? null : Refusal.Replayed;
    }

    private Envelope? Unsealed(string site, HpkeKey reader)
    {
        using var data = new SealedData(site, Sender, Receiver);
        var messages = new Message[Messages.Count];
        for (int index = 0; index < messages.Length; index++)
        {
            if (data.Open(Messages[index], reader) is not { } message)
            {
                return null;
            }

            messages[index] = message;
        }

        return this with { Messages = messages };
    }

    private static byte[] Context(string site) => Encoding.UTF8.GetBytes($"edgedepin/1/{site}");
}
