using EdgeDePin.Model;
using EdgeDePin.Sharing;

namespace EdgeDePin.Simulation.Network;

/// <summary>
/// A broker and the radio links to it, in virtual time on one thread: messages are lost, repeated, delayed and overtaken as the
/// seed wills; nodes can be cut off from each other and can crash. Offers are retained, and a crash empties the offer, as a
/// broker does with a will.
/// </summary>
public sealed class SimulatedNetwork(VirtualTime time, Random random, NetworkFaults faults)
{
    private readonly List<SimulatedLink> _links = [];
    private readonly SortedDictionary<NodeId, ReadOnlyMemory<byte>> _offers = [];
    private readonly HashSet<(NodeId From, NodeId To)> _cuts = [];

    /// <summary>What happens to messages from now on.</summary>
    public NetworkFaults Faults { get; set; } = faults;

    /// <summary>A hash of every delivery so far: equal runs have equal traces.</summary>
    public ulong Trace { get; private set; } = 14_695_981_039_346_656_037;

    public long Deliveries { get; private set; }

    /// <summary>A node's link. It carries once it is run.</summary>
    public SimulatedLink Link(NodeId node) => new(this, node);

    /// <summary>Cuts one direction; the other is a cut of its own.</summary>
    public void Cut(NodeId from, NodeId to) => _cuts.Add((from, to));

    public void Heal() => _cuts.Clear();

    /// <summary>The node is gone from one instant to the next: nothing on its way arrives, and the broker tells the others.</summary>
    public void Crash(NodeId node)
    {
        SimulatedLink? link = _links.Find(candidate => candidate.Node == node);
        if (link is not null)
        {
            Detach(link);
        }
    }

    internal void Attach(SimulatedLink link)
    {
        _links.RemoveAll(other => other.Node == link.Node);
        _links.Add(link);
        foreach ((NodeId owner, ReadOnlyMemory<byte> offer) in _offers.Where(pair => pair.Key != link.Node))
        {
            Carry(owner, link, new LinkEvent.Offered(owner, offer));
        }
    }

    internal void Detach(SimulatedLink link)
    {
        if (_links.Remove(link))
        {
            _offers.Remove(link.Node);
            Broadcast(link.Node, new LinkEvent.Left(link.Node));
        }
    }

    internal bool Send(SimulatedLink from, NodeId receiver, ReadOnlyMemory<byte> envelope)
    {
        bool attached = _links.Contains(from);
        SimulatedLink? to = _links.Find(candidate => candidate.Node == receiver);
        if (attached && to is not null)
        {
            Carry(from.Node, to, new LinkEvent.Delivered(envelope));
        }

        return attached;
    }

    internal void Offer(SimulatedLink from, ReadOnlyMemory<byte> envelope)
    {
        if (_links.Contains(from))
        {
            _offers[from.Node] = envelope;
            Broadcast(from.Node, new LinkEvent.Offered(from.Node, envelope));
        }
    }

    private void Broadcast(NodeId from, LinkEvent arrived)
    {
        foreach (SimulatedLink link in _links.Where(link => link.Node != from).ToArray())
        {
            Carry(from, link, arrived);
        }
    }

    private void Carry(NodeId from, SimulatedLink to, LinkEvent arrived)
    {
        int copies = random.NextDouble() < Faults.Loss ? 0 : random.NextDouble() < Faults.Duplication ? 2 : 1;
        for (int copy = 0; copy < copies; copy++)
        {
            TimeSpan delay = Faults.ShortestDelay + random.NextDouble() * (Faults.LongestDelay - Faults.ShortestDelay);
            time.Schedule(
                random.NextDouble() < Faults.Straggling ? delay * Faults.StragglerFactor : delay, () => Deliver(from, to, arrived));
        }
    }

    private void Deliver(NodeId from, SimulatedLink to, LinkEvent arrived)
    {
        if (!_links.Contains(to) || _cuts.Contains((from, to.Node)))
        {
            return;
        }

        Deliveries++;
        Note((ulong)time.Elapsed.Ticks);
        Note(from.Value);
        Note(to.Node.Value);
        Note(arrived switch
        {
            LinkEvent.Delivered delivered => Digest.Of(delivered.Envelope.Span).ToString(),
            LinkEvent.Offered offered => Digest.Of(offered.Envelope.Span).ToString(),
            _ => "left",
        });
        to.Receive(arrived);
    }

    private void Note(string text)
    {
        foreach (char character in text)
        {
            Note(character);
        }
    }

    // FNV-1a over 64-bit words: enough to tell two runs apart, and the same in every process.
    private void Note(ulong value) => Trace = (Trace ^ value) * 1_099_511_628_211;
}
