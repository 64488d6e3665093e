using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>
/// Nodes that see each other, their root, and the broker between them: retained offers, wills, and messages that are lost,
/// repeated and overtaken.
/// </summary>
internal sealed class SimulatedSite : IDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(30);

    private readonly NeighbourhoodRun _run;
    private readonly Random _random;
    private readonly NodeIdentity _root;
    private readonly Dictionary<NodeId, SimulatedNeighbour> _present = [];
    private readonly SortedDictionary<NodeId, Envelope> _offers = [];
    private readonly HashSet<Digest> _lies = [];
    private readonly Dictionary<(NodeId Liar, NodeId Requester), int> _served = [];

    public SimulatedSite(NeighbourhoodRun run, int number, Random random)
    {
        (_run, _random, Name) = (run, random, $"site-{number}");
        byte[] seed = new byte[NodeIdentity.KeyLength];
        BitConverter.TryWriteBytes(seed, number);
        seed[31] = 0xAA;
        _root = NodeIdentity.FromSeed(seed, 1, run.Scheme);
    }

    public string Name { get; }

    public List<SimulatedNeighbour> Nodes { get; } = [];

    /// <summary>Admits a node: what it shows, and how it judges others.</summary>
    public (Membership Membership, ReadOnlyMemory<byte> Certificate) Papers(NodeIdentity node, string owner)
    {
        DateTimeOffset now = _run.Time.GetUtcNow();
        var certificate = new Certificate(
            node.PublicKey, owner, _root.NodeId, "eu", MemberRoles.Worker | MemberRoles.Requester, now, now + TimeSpan.FromDays(30));
        TimeSpan leeway = 2 * _run.Options.Faults.Skew + TimeSpan.FromMinutes(1);
        return (new Membership(Name, [_root.PublicKey], leeway, _run.Scheme), certificate.Seal(_root, Name));
    }

    public void Come(SimulatedNeighbour node, bool newName = false)
    {
        node.Start(newName);
        _present[node.Id] = node;
        Exchange(node);
    }

    public void Crash(SimulatedNeighbour node)
    {
        foreach (SimulatedNeighbour other in Nodes.Where(other => other.Up && !other.Liar && other != node))
        {
            foreach (Borrowing borrowing in other.Participant.Requester.Of(node.Id).Where(borrowing => borrowing is { Leased: true, Checking: null, Checks: null }))
            {
                _run.Watch.Orphaned(other.Id, borrowing.Task);
            }
        }

        node.Crash();
        Vanish(node.Id, TimeSpan.FromMilliseconds(50));
    }

    /// <summary>The broker does not reach it; after one and a half keep-alives of 5 s it says so.</summary>
    public void Cut(SimulatedNeighbour node)
    {
        node.Cut = true;
        NodeId id = node.Id;
        _run.Time.Schedule(TimeSpan.FromSeconds(7.5), () =>
        {
            if (node.Cut && node.Id == id)
            {
                Vanish(id, TimeSpan.Zero);
            }
        });
    }

    public void Mend(SimulatedNeighbour node)
    {
        node.Cut = false;
        if (node.Up)
        {
            _present[node.Id] = node;
            node.Receive(new LinkEvent.Connected());
            Exchange(node);
        }
    }

    public void Offer(SimulatedNeighbour from, Envelope offer)
    {
        _run.Watch.Sent(from.Id, offer, banned: false, default);
        _offers[from.Id] = offer;
        if (!from.Cut)
        {
            foreach (SimulatedNeighbour to in Nodes.Where(to => to != from && to.Up))
            {
                Carry(from, to, offer, from.Id);
            }
        }
    }

    public void Send(SimulatedNeighbour from, NodeId receiver, Envelope envelope)
    {
        bool banned = !from.Liar && from.Participant.Neighbours.IsBanned(receiver);
        _run.Watch.Sent(from.Id, envelope, banned, receiver);
        if (_present.TryGetValue(receiver, out SimulatedNeighbour? to) && to.Id == receiver)
        {
            Carry(from, to, envelope, null);
        }
    }

    /// <summary>Whether a liar lies this time. Liars know each other: what one has lied about, the others confirm.</summary>
    public bool Lies(SimulatedNeighbour liar, GuestTask guest, byte[] input)
    {
        var digest = Digest.Of(input);
        if (_lies.Contains(digest))
        {
            return true;
        }

        int served = _served[(liar.Id, guest.Key.Requester)] = _served.GetValueOrDefault((liar.Id, guest.Key.Requester)) + 1;
        bool lies = _run.Options.Faults.Adversary switch
        {
            Adversary.Always => true,
            Adversary.Sometimes => _random.NextDouble() < 0.1,
            // It cannot see what was checked, but knows that newcomers are; then the rate that gets most through is 1 / (V + 1).
            _ => served > 12 && _random.NextDouble() < 1.0 / (Vesting.ChecksFor(_run.Options.Epsilon, 0.05) + 1),
        };
        if (lies)
        {
            _lies.Add(digest);
            _run.Lies++;
        }

        return lies;
    }

    public void Dispose() => _root.Dispose();

    private void Vanish(NodeId id, TimeSpan after)
    {
        _present.Remove(id);
        _offers.Remove(id);
        foreach (SimulatedNeighbour other in Nodes.Where(other => other.Up && other.Id != id))
        {
            _run.Time.Schedule(after + _random.NextDouble() * LongestDelay, () =>
            {
                if (!_present.ContainsKey(id) && !other.Cut)
                {
                    other.Receive(new LinkEvent.Left(id));
                }
            });
        }
    }

    // As a broker does for a client that connects: what is retained comes to it, and what it has goes to the others.
    private void Exchange(SimulatedNeighbour node)
    {
        foreach ((NodeId owner, Envelope offer) in _offers.Where(pair => pair.Key != node.Id))
        {
            if (_present.TryGetValue(owner, out SimulatedNeighbour? from))
            {
                Carry(from, node, offer, owner);
            }
        }

        if (_offers.TryGetValue(node.Id, out Envelope? own))
        {
            foreach (SimulatedNeighbour to in Nodes.Where(to => to != node && to.Up))
            {
                Carry(node, to, own, node.Id);
            }
        }
    }

    private void Carry(SimulatedNeighbour from, SimulatedNeighbour to, Envelope envelope, NodeId? offerOf)
    {
        _run.Messages++;
        int copies = _random.NextDouble() < _run.Loss ? 0 : _random.NextDouble() < _run.Duplication ? 2 : 1;
        byte[]? bytes = _run.Options.RealBytes ? Bytes(from, envelope) : null;
        for (int copy = 0; copy < copies; copy++)
        {
            TimeSpan delay = TimeSpan.FromMilliseconds(0.5) + _random.NextDouble() * LongestDelay;
            // One in twenty is late and overtaken by others.
            _run.Time.Schedule(_random.NextDouble() < 0.05 && _run.Loss > 0 ? 20 * delay : delay, () =>
            {
                if (to.Up && !to.Cut && !from.Cut)
                {
                    _run.Note(envelope.Sequence ^ (ulong)to.Number << 40);
                    Deliver(to, envelope, offerOf, bytes);
                }
            });
        }
    }

    private static void Deliver(SimulatedNeighbour to, Envelope envelope, NodeId? offerOf, byte[]? bytes)
    {
        if (bytes is null)
        {
            to.Receive(envelope, offerOf);
        }
        else
        {
            to.Observe(envelope);
            to.Receive(offerOf is { } node ? new LinkEvent.Offered(node, bytes) : new LinkEvent.Delivered(bytes));
        }
    }

    private byte[] Bytes(SimulatedNeighbour from, Envelope envelope)
    {
        byte[]? key = envelope.Receiver is { } receiver ? from.Participant.Neighbours.Find(receiver)?.Offer?.ReaderKey.ToArray() : null;
        return Envelope.Seal(from.Identity, Name, envelope.Receiver, envelope.Sequence, envelope.SentAt, envelope.Messages, key);
    }
}
