using EdgeDePin.Model;

namespace EdgeDePin.Sharing;

/// <summary>
/// Carries envelopes between neighbours and understands none of them: MQTT, or a simulated network. It may lose, repeat, delay
/// and reorder; the protocol above lives with that.
/// </summary>
public interface INeighbourLink
{
    LinkCounters Counters { get; }

    /// <summary>
    /// Carries until it is cancelled, through every interruption, then says goodbye: others get a <see cref="LinkEvent.Left"/>.
    /// </summary>
    /// <param name="receive">Takes what arrives, on any thread but one call at a time; false where it has no room.</param>
    Task RunAsync(Func<LinkEvent, bool> receive, CancellationToken cancellationToken);

    /// <summary>Hands an envelope to the link; never waits. What finds no room is dropped and counted.</summary>
    void Send(NodeId receiver, ReadOnlyMemory<byte> envelope);

    /// <summary>Replaces this node's offer, which those who come later get as well.</summary>
    void Offer(ReadOnlyMemory<byte> envelope);

    /// <summary>Replaces this node's checkpoint with its cosignatures, for whoever wants to audit it.</summary>
    void Checkpoint(ReadOnlyMemory<byte> note);
}

/// <summary>What a link delivers.</summary>
public abstract record LinkEvent
{
    private LinkEvent() { }

    /// <summary>An envelope in our inbox.</summary>
    public sealed record Delivered(ReadOnlyMemory<byte> Envelope) : LinkEvent;

    /// <summary>An envelope where the offer of <paramref name="Node"/> belongs.</summary>
    public sealed record Offered(NodeId Node, ReadOnlyMemory<byte> Envelope) : LinkEvent;

    /// <summary>The link carries again; what was sent meanwhile may be lost.</summary>
    public sealed record Connected : LinkEvent;

    /// <summary>The site's list of revocations, as it was found on the broker.</summary>
    public sealed record Revoked(ReadOnlyMemory<byte> List) : LinkEvent;

    /// <summary>
    /// A node left, or the broker lost it. It is not signed: a broker that lies about it can delay work, but not change a result.
    /// </summary>
    public sealed record Left(NodeId Node) : LinkEvent;
}

/// <summary>What a link did and dropped since the start.</summary>
/// <param name="DroppedOut">Not sent, because the queue out was full or the broker did not take it.</param>
/// <param name="DroppedIn">Arrived and not taken: no room above, or larger than any envelope.</param>
/// <param name="Connects">How often a connection was made.</param>
public readonly record struct LinkCounters(long Sent, long Received, long DroppedOut, long DroppedIn, long Connects);
