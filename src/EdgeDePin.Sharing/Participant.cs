using System.Collections.Frozen;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>
/// One node's whole part in the protocol: opens and seals envelopes, makes offers, and hands what it hears to the
/// <see cref="Requester"/> and the <see cref="Worker"/>. Pure like them, so one test drives a whole fleet; one thread.
/// </summary>
public sealed class Participant
{
    // Free slots may flicker; neighbours need not hear each flicker.
    private static readonly TimeSpan LeastOfferGap = TimeSpan.FromMilliseconds(200);

    private readonly SharingOptions _options;
    private readonly NodeIdentity _identity;
    private readonly IReadOnlyList<TaskKind> _kinds;
    private readonly long[] _refused = new long[Enum.GetValues<Refusal>().Length];
    private ulong _sequence;
    private TimeSpan? _offeredAt;
    private int _offeredSlots;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public Participant(SharingOptions options, NodeIdentity identity, IReadOnlyList<TaskKind> kinds, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kinds.Count, MessageReader.MaxKinds);
        options.Check();
        _options = options;
        _identity = identity;
        _kinds = kinds;
        _sequence = identity.FirstSequence;
        Neighbours = new NeighbourTable(options);
        Requester = new Requester(options, Neighbours, identity.FirstSequence, random);
        Worker = new Worker(options, Neighbours, kinds);
    }

    public NodeId Id => _identity.NodeId;

    public NeighbourTable Neighbours { get; }

    public Requester Requester { get; }

    public Worker Worker { get; }

    /// <summary>The lanes of this node's executor, for its offers.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>This node's speed in thousandths of the reference node's, for its offers.</summary>
    public int SpeedPermille { get; init; } = 1000;

    public SharingCounters Counters => new(
        Neighbours.All.Sum(neighbour => neighbour.Lent),
        Neighbours.All.Sum(neighbour => neighbour.Borrowed),
        Neighbours.All.Sum(neighbour => neighbour.Verified),
        Neighbours.All.Sum(neighbour => neighbour.Rejected),
        Neighbours.All.Sum(neighbour => neighbour.Lost),
        Neighbours.All.Sum(neighbour => neighbour.Declined),
        Enum.GetValues<Refusal>().ToFrozenDictionary(refusal => refusal, refusal => _refused[(int)refusal]));

    /// <summary>Takes what a link delivers.</summary>
    public IReadOnlyList<Step> Receive(LinkEvent arrived, Moment now) => arrived switch
    {
        LinkEvent.Delivered delivered => Open(delivered.Envelope) is { } envelope ? Hear(envelope, now) : [],
        LinkEvent.Offered offered => Hear(offered, now),
        LinkEvent.Left left => Leave(left.Node),
        _ => [],
    };

    /// <summary>Signs a message with the next sequence number.</summary>
    /// <param name="receiver">Null for an offer.</param>
    public byte[] Seal(NodeId? receiver, Message message, Moment now) =>
        Envelope.Seal(_identity, _options.Site, receiver, _sequence++, now.Wall, message);

    /// <summary>What time alone changes; call it at least every half second.</summary>
    public IReadOnlyList<Step> Tick(TimeSpan now) => [.. Requester.Tick(now), .. Worker.Tick(now), .. Announce(now)];

    private Step[] Announce(TimeSpan now)
    {
        int slots = Worker.FreeSlots;
        TimeSpan due = slots == _offeredSlots ? _options.OfferEvery : LeastOfferGap;
        if (_offeredAt is { } last && now - last < due)
        {
            return [];
        }

        _offeredAt = now;
        _offeredSlots = slots;
        return [new Step.Announce(new Message.Offer(_options.Name, slots, Lanes, SpeedPermille, _options.OfferHolds, _kinds))];
    }

    private IReadOnlyList<Step> Hear(Envelope envelope, Moment now) => envelope.Message switch
    {
        Message.Request or Message.Judgement or Message.Cancel => Worker.Receive(envelope.Sender, envelope.Message, now.Running),
        Message.Offer => Refuse(Refusal.WrongTopic),
        _ => Requester.Receive(envelope.Sender, envelope.Message, now.Running),
    };

    private IReadOnlyList<Step> Hear(LinkEvent.Offered offered, Moment now)
    {
        if (Open(offered.Envelope) is not { } envelope || envelope.Sender == Id)
        {
            return [];
        }

        return envelope.Message is not Message.Offer offer || envelope.Sender != offered.Node ? Refuse(Refusal.WrongTopic)
            : Neighbours.Hear(envelope.Sender, offer, envelope.Sequence, now) ? []
            : Refuse(Refusal.TableFull);
    }

    private Envelope? Open(ReadOnlyMemory<byte> bytes)
    {
        if (Envelope.Open(bytes, _options.Site, Id, Neighbours.Window, out Envelope? envelope) is { } refusal)
        {
            Refuse(refusal);
            return null;
        }

        return envelope;
    }

    private IReadOnlyList<Step> Leave(NodeId node)
    {
        Neighbours.Leave(node);
        return [.. Requester.Leave(node), .. Worker.Leave(node)];
    }

    private Step[] Refuse(Refusal refusal)
    {
        _refused[(int)refusal]++;
        return [];
    }
}
