using EdgeDePin.Model;
using EdgeDePin.Sharing;

namespace EdgeDePin.Simulation.Network;

/// <summary>One node's end of a <see cref="SimulatedNetwork"/>.</summary>
public sealed class SimulatedLink : INeighbourLink
{
    private readonly SimulatedNetwork _network;
    private Func<LinkEvent, bool>? _receive;
    private LinkCounters _counters;
    private ReadOnlyMemory<byte>? _offer;

    internal SimulatedLink(SimulatedNetwork network, NodeId node)
    {
        _network = network;
        Node = node;
    }

    public NodeId Node { get; }

    public LinkCounters Counters => _counters;

    /// <summary>Attaches before it returns; the task ends when it is cancelled.</summary>
    public async Task RunAsync(Func<LinkEvent, bool> receive, CancellationToken cancellationToken)
    {
        _receive = receive;
        _network.Attach(this);
        _counters = _counters with { Connects = _counters.Connects + 1 };
        if (_offer is { } offer)
        {
            _network.Offer(this, offer);
        }

        var ended = new TaskCompletionSource();
        await using (cancellationToken.Register(ended.SetResult))
        {
            await ended.Task;
        }

        _network.Detach(this);
    }

    public void Send(NodeId receiver, ReadOnlyMemory<byte> envelope) =>
        _counters = _network.Send(this, receiver, envelope)
            ? _counters with { Sent = _counters.Sent + 1 }
            : _counters with { DroppedOut = _counters.DroppedOut + 1 };

    public void Offer(ReadOnlyMemory<byte> envelope)
    {
        _offer = envelope;
        _network.Offer(this, envelope);
    }

    /// <summary>Nobody audits here.</summary>
    public void Checkpoint(ReadOnlyMemory<byte> note)
    {
    }

    internal void Receive(LinkEvent arrived)
    {
        _counters = _counters with { Received = _counters.Received + 1 };
        if (_receive is null || !_receive(arrived))
        {
            _counters = _counters with { DroppedIn = _counters.DroppedIn + 1 };
        }
    }
}
