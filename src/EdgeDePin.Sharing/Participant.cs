using System.Collections.Frozen;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Sharing;

/// <summary>
/// One node's whole part in the protocol: opens and seals envelopes, makes offers, and hands what it hears to the
/// <see cref="Requester"/>, the <see cref="Worker"/> and the <see cref="Witness"/>. Pure like them, so one test drives a whole
/// fleet; one thread.
/// </summary>
public sealed class Participant
{
    // Whether there is room may flicker; neighbours need not hear each flicker.
    private static readonly TimeSpan LeastOfferGap = TimeSpan.FromMilliseconds(200);

    private readonly SharingOptions _options;
    private readonly NodeIdentity _identity;
    private readonly IReadOnlyList<TaskKind> _kinds;
    private readonly Membership _membership;
    private readonly long[] _refused = new long[Enum.GetValues<Refusal>().Length];
    private IReadOnlyList<ReadOnlyMemory<byte>> _chain;
    private readonly Dictionary<(NodeId Worker, TaskId Task), TrustRecord.Held> _due = [];
    private ulong _sequence;
    private TimeSpan? _offeredAt;
    private bool _offeredRoom;

    /// <param name="membership">Whom to take for a member; an open site by default.</param>
    /// <param name="chain">This node's certificates.</param>
    /// <param name="log">The entries of the node's receipt log so far, in order.</param>
    /// <param name="random">Breaks ties between workers.</param>
    /// <param name="nonces">Decide on checks; the system's randomness by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="InvalidDataException">The receipt log has a gap, or does not add up.</exception>
    public Participant(
        SharingOptions options, NodeIdentity identity, IReadOnlyList<TaskKind> kinds, Random random, Membership? membership = null,
        IReadOnlyList<ReadOnlyMemory<byte>>? chain = null, IEnumerable<LedgerEntry>? log = null, Func<byte[]>? nonces = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kinds.Count, MessageReader.MaxKinds);
        options.Check();
        _options = options;
        _identity = identity;
        _kinds = kinds;
        _membership = membership ?? new Membership(options.Site, [], TimeSpan.FromHours(1), identity.Scheme);
        _chain = chain ?? [];
        _sequence = options.Planted == PlantedBug.SequenceReuse ? 1 : identity.FirstSequence;
        Ledger = new NodeLedger(identity, options.Site);
        Neighbours = new NeighbourTable(options, Ledger);
        Requester = new Requester(options, identity, Neighbours, Ledger, identity.FirstSequence, nonces);
        Worker = new Worker(options, identity, Neighbours, Ledger) { Offer = OwnOffer };
        Jobs = new Jobs(options, Neighbours, Requester, random);
        Witness = new Witness(options, identity, Ledger, Neighbours);
        foreach (LedgerEntry entry in log ?? [])
        {
            Restore(entry);
        }
    }

    public NodeId Id => _identity.NodeId;

    /// <summary>Takes new certificates of this node, and shows them with its next offer; those that do not hold are not taken.</summary>
    /// <returns>Null where they are taken; otherwise why not, for people.</returns>
    public string? Renew(IReadOnlyList<ReadOnlyMemory<byte>> chain, Moment now)
    {
        if (_membership.WhyNot(Id, chain, now.Wall, out _) is { } reason)
        {
            return reason;
        }

        (_chain, _offeredAt) = (chain, null);
        return null;
    }

    public NeighbourTable Neighbours { get; }

    public NodeLedger Ledger { get; }

    public Requester Requester { get; }

    public Worker Worker { get; }

    public Jobs Jobs { get; }

    public Witness Witness { get; }

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
        Ledger.Balance,
        Enum.GetValues<Refusal>().ToFrozenDictionary(refusal => refusal, refusal => _refused[(int)refusal] + Worker.Refused(refusal)))
    {
        Unbooked = Requester.Judge.Unbooked,
    };

    public IReadOnlyList<NeighbourView> Views(Moment now) => Neighbours.Views(now, Ledger);

    /// <summary>Takes what a link delivers.</summary>
    public IReadOnlyList<Step> Receive(LinkEvent arrived, Moment now) => Follow(arrived switch
    {
        LinkEvent.Delivered delivered => Open(delivered.Envelope) is { } envelope ? Hear(envelope, now) : [],
        LinkEvent.Offered offered => Open(offered.Envelope) is { } envelope ? HearOffer(offered.Node, envelope, now) : [],
        LinkEvent.Revoked revoked => Revoke(revoked.List, now),
        LinkEvent.Left left => Leave(left.Node, now.Running),
        LinkEvent.Connected => Return(now.Running),
        _ => [],
    }, now.Running);

    /// <summary>Takes an envelope that a simulated network carried as it is: opened, but not yet judged.</summary>
    /// <param name="offerOf">Whose offer it claims to be; null for one in the inbox.</param>
    public IReadOnlyList<Step> Receive(Envelope envelope, NodeId? offerOf, Moment now)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.Judge(Id, Neighbours.Window) is { } refusal)
        {
            return Refuse(refusal);
        }

        return Follow(offerOf is { } node ? HearOffer(node, envelope, now) : Hear(envelope, now), now.Running);
    }

    /// <summary>Puts messages into an envelope with the next sequence number.</summary>
    /// <param name="receiver">Null for an offer.</param>
    public Envelope Compose(NodeId? receiver, IReadOnlyList<Message> messages, Moment now) =>
        new(Id, receiver, _sequence++, now.Wall, Signed(receiver, messages)) { SenderKey = _identity.PublicKey };

    /// <summary>Signs messages with the next sequence number, their data sealed to the receiver.</summary>
    /// <returns>Null where the receiver's key is not known.</returns>
    public byte[]? Seal(NodeId? receiver, IReadOnlyList<Message> messages, Moment now)
    {
        byte[]? key = receiver is { } to ? Neighbours.Find(to)?.Offer?.ReaderKey.ToArray() : null;
        return receiver is not null && key is null
            ? null
            : Envelope.Seal(_identity, _options.Site, receiver, _sequence++, now.Wall, Signed(receiver, messages), key);
    }

    private IReadOnlyList<Message> Signed(NodeId? receiver, IReadOnlyList<Message> messages) =>
        receiver is { } requester ? ReceiptSignatures.Sign(_identity, _options.Site, requester, messages) : messages;

    /// <summary>Tells those that may see it what this node has measured last.</summary>
    public IReadOnlyList<Step> Tell(DataClass dataClass, ReadOnlyMemory<byte> latest, Moment now) =>
        [.. Audience.Of(dataClass, Id, Requester.Self, Neighbours.All, now.Running).Select(to => new Step.Send(to, new Message.Latest(latest)))];

    /// <summary>What time alone changes; call it at least every half second.</summary>
    public IReadOnlyList<Step> Tick(Moment now)
    {
        Judge(now);
        return Follow(
            [.. Requester.Tick(now.Running), .. Worker.Tick(now.Running), .. Jobs.Tick(now.Running), .. Witness.Tick(now), .. Announce(now.Running)],
            now.Running);
    }

    /// <summary>Steps of the parts, those that concern another part taken there.</summary>
    public IReadOnlyList<Step> Follow(IReadOnlyList<Step> steps, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (!steps.Any(Inner))
        {
            return steps;
        }

        var followed = new List<Step>();
        foreach (Step step in steps)
        {
            IReadOnlyList<Step>? more = step switch
            {
                Step.Leased leased => Jobs.Owns(leased.Task) ? Jobs.Leased(leased.Task, now) : [],
                Step.Conclude conclude when Jobs.Owns(conclude.Task) => Jobs.Concluded(conclude.Task, conclude.Outcome, now),
                Step.TakeBack taken when Jobs.Owns(taken.Task) => Jobs.TakenBack(taken.Task, now),
                Step.Settle settled => Settled(settled),
                _ => null,
            };
            // Who has it, and that it is final or believed no more, concerns whoever waits for it as well.
            if (more is null || step is Step.Leased or Step.Settle or Step.TakeBack)
            {
                followed.Add(step);
            }

            if (more is not null)
            {
                followed.AddRange(Follow(more, now));
            }
        }

        return followed;
    }

    private bool Inner(Step step) => step switch
    {
        Step.Leased or Step.Settle => true,
        Step.Conclude conclude => Jobs.Owns(conclude.Task),
        Step.TakeBack taken => Jobs.Owns(taken.Task),
        _ => false,
    };

    private Step[] Settled(Step.Settle settled)
    {
        Jobs.Settled(settled.Task);
        return [];
    }

    // Certificates end while a node runs, its own too. Leases live on: a clock that was set may be set back.
    private void Judge(Moment now)
    {
        foreach (Neighbour neighbour in Neighbours.All)
        {
            if (neighbour.Member is { Certified: true } member && _membership.WhyNotAnyMore(neighbour.Id, member, now.Wall) is { } reason)
            {
                (neighbour.Member, neighbour.Excluded) = (null, $"{neighbour.Id}: {reason}");
            }
        }

        if (_membership.WhyNot(Id, _chain, now.Wall, out Member? self) is null && Worker.Self != self)
        {
            (Worker.Self, Requester.Self) = (self!, self!);
        }
    }

    private Message.Offer OwnOffer() => new(
        _options.Name, Worker.FreeSlots, Lanes, SpeedPermille, _options.OfferHolds, _kinds, _options.Price, _options.KeepsFor,
        [.. _options.Purposes], _identity.Reader.PublicKey, _chain);

    private Step[] Announce(TimeSpan now)
    {
        bool room = Worker.FreeSlots > 0;
        TimeSpan due = room == _offeredRoom ? _options.OfferEvery : LeastOfferGap;
        if (_offeredAt is { } last && now - last < due)
        {
            return [];
        }

        (_offeredAt, _offeredRoom) = (now, room);
        return [new Step.Announce(OwnOffer())];
    }

    private List<Step> Hear(Envelope envelope, Moment now)
    {
        var steps = new List<Step>();
        foreach (Message message in envelope.Messages)
        {
            steps.AddRange(message switch
            {
                Message.Offer => Refuse(Refusal.WrongTopic),
                Message.Latest latest => HearLatest(envelope.Sender, latest),
                Message.Checkpoint or Message.Cosignature => Witness.Receive(envelope.Sender, message, now),
                Message.Request or Message.Input or Message.Judgement or Message.Pay or Message.Cancel =>
                    Worker.Receive(envelope.Sender, message, now.Running),
                _ => Requester.Receive(envelope.Sender, message, now.Running),
            });
        }

        return steps;
    }

    // Whoever can be made up at will must not outvote a sensor: where members have certificates, only they are heard.
    private IReadOnlyList<Step> HearLatest(NodeId sender, Message.Latest latest) =>
        Neighbours.Find(sender) is { Banned: false, Member: not null } ? [new Step.Heard(sender, latest.Data)] : Refuse(Refusal.NotAMember);

    private IReadOnlyList<Step> HearOffer(NodeId topic, Envelope envelope, Moment now)
    {
        if (envelope.Sender == Id)
        {
            return [];
        }

        if (envelope.Messages is not [Message.Offer offer] || envelope.Sender != topic)
        {
            return Refuse(Refusal.WrongTopic);
        }

        Neighbour? known = Neighbours.Find(envelope.Sender);
        bool returned = known is null or { Left: true };
        if (Recognise(known, offer, envelope.Sender, now.Wall) is not { } member)
        {
            return Refuse(Refusal.NotAMember);
        }

        if (!Neighbours.Hear(envelope.Sender, offer, envelope.Sequence, now, member))
        {
            return Refuse(Refusal.TableFull);
        }

        Neighbours.Find(envelope.Sender)!.PublicKey = envelope.SenderKey;
        if (returned)
        {
            Requester.Judge.Returned(envelope.Sender, now.Running);
        }

        return [.. PayDue(envelope.Sender, now.Running), .. Jobs.Pending > 0 ? Jobs.Place(now.Running) : []];
    }

    // What had vested when this node stopped between the check and the pay. It waits for the worker's key, which the log is to hold.
    private IReadOnlyList<Step> PayDue(NodeId worker, TimeSpan now)
    {
        TrustRecord.Held[] due = [.. _due.Where(pair => pair.Key.Worker == worker).Select(pair => pair.Value)];
        foreach (TrustRecord.Held held in due)
        {
            _due.Remove((worker, held.Receipt.Task));
        }

        return due.Length == 0 ? [] : Requester.Judge.PayVested(worker, due, now);
    }

    // Certificates that were judged before are only asked for their end.
    private Member? Recognise(Neighbour? known, Message.Offer offer, NodeId sender, DateTimeOffset wall)
    {
        bool same = known is { Member: { } before, Offer: { } last } && last.Chain.Count == offer.Chain.Count
            && last.Chain.Zip(offer.Chain).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span))
            && (!before.Certified || wall <= before.Until) && _membership.WhyNotAnyMore(sender, before, wall) is null;
        if (same)
        {
            return known!.Member;
        }

        string? reason = _membership.WhyNot(sender, offer.Chain, wall, out Member? member);
        if (known is not null && reason is not null)
        {
            (known.Member, known.Excluded) = (null, $"{sender}: {reason}");
        }

        return member;
    }

    private Step[] Revoke(ReadOnlyMemory<byte> list, Moment now)
    {
        if (!_membership.TryRevoke(list))
        {
            return Refuse(Refusal.NotAMember);
        }

        List<Step> steps = [new Step.KeepRevocations(list)];
        foreach (Neighbour neighbour in Neighbours.All.ToArray())
        {
            bool revoked = _membership.Revocations.Contains(neighbour.Id)
                || (neighbour.Member is { Certified: true } member && _membership.Revocations.Contains(member.Sponsor));
            if (revoked)
            {
                (neighbour.Member, neighbour.Excluded) = (null, $"{neighbour.Id} or its sponsor is revoked");
                steps.AddRange([.. Requester.Leave(neighbour.Id, now.Running), .. Worker.Leave(neighbour.Id, now.Running)]);
            }
        }

        return [.. steps];
    }

    private Step[] Return(TimeSpan now)
    {
        foreach (Neighbour neighbour in Neighbours.All)
        {
            Requester.Judge.Returned(neighbour.Id, now);
        }

        return [];
    }

    private Envelope? Open(ReadOnlyMemory<byte> bytes)
    {
        if (Envelope.Open(bytes, _options.Site, _identity, Neighbours.Window, out Envelope? envelope) is { } refusal)
        {
            Refuse(refusal);
            return null;
        }

        return envelope;
    }

    private IReadOnlyList<Step> Leave(NodeId node, TimeSpan now)
    {
        Neighbours.Leave(node);
        return [.. Requester.Leave(node, now), .. Worker.Leave(node, now)];
    }

    // A restart forgets leases, and nothing that is owed or known of anybody.
    private void Restore(LedgerEntry entry)
    {
        Ledger.Take(entry);
        Neighbour other = Neighbours.Known(entry.Other);
        // What it has paid for was delivered to it, or the next day would be lent for nothing.
        other.Delivered = Ledger.With(entry.Other).Earned;
        TrustRecord trust = other.Trust;
        switch (entry)
        {
            case LedgerEntry.Debit debit:
                _due.Remove((debit.Other, debit.Task));
                trust.Release(debit.Task);
                foreach (TrustRecord.Held vested in debit.Checked ? trust.Pass() : [])
                {
                    _due[(debit.Other, vested.Receipt.Task)] = vested;
                }

                break;
            case LedgerEntry.Provisional held:
                var receipt = new Message.Receipt(
                    held.Task, held.Kind, held.Input, held.Output, held.Fuel, TimeSpan.Zero, held.Signature, default);
                trust.Hold(receipt, held.Price, held.Vesting);
                break;
            case LedgerEntry.Strike strike:
                trust.Strike(strike.Input, _options.StrikesToBan);
                break;
        }
    }

    private Step[] Refuse(Refusal refusal)
    {
        _refused[(int)refusal]++;
        return [];
    }
}
