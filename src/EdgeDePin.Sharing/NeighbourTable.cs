using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>Who the neighbours are: their offers, what passed between us, and whom we no longer trust. One thread.</summary>
public sealed class NeighbourTable(SharingOptions options)
{
    private readonly Dictionary<NodeId, Neighbour> _neighbours = [];

    public int Count => _neighbours.Count;

    /// <summary>Takes an offer. False where the table is full and nobody in it can be forgotten.</summary>
    public bool Hear(NodeId id, Message.Offer offer, ulong sequence, Moment now)
    {
        if (!_neighbours.TryGetValue(id, out Neighbour? neighbour))
        {
            if (_neighbours.Count >= options.MaxNeighbours && !Forget(now.Running))
            {
                return false;
            }

            neighbour = new Neighbour(id);
            neighbour.Window.TryAdmit(sequence);
            _neighbours.Add(id, neighbour);
        }

        // An offer that was overtaken by a newer one says nothing any more.
        if (sequence > neighbour.OfferSequence)
        {
            neighbour.Hear(offer, sequence, now);
        }

        return true;
    }

    public void Leave(NodeId id)
    {
        if (_neighbours.TryGetValue(id, out Neighbour? neighbour))
        {
            neighbour.Left = true;
        }
    }

    public ReplayWindow? Window(NodeId id) => Find(id)?.Window;

    public bool IsBanned(NodeId id) => Find(id)?.Banned ?? false;

    /// <summary>In the order in which they were first heard.</summary>
    public IReadOnlyList<NeighbourView> Views(Moment now) => [.. _neighbours.Values.Select(neighbour => neighbour.View(now.Running))];

    internal IEnumerable<Neighbour> All => _neighbours.Values;

    internal Neighbour? Find(NodeId id) => _neighbours.GetValueOrDefault(id);

    // Somebody who is not here and with whom nothing ever passed. A ban is kept, or a stranger could wash it away.
    private bool Forget(TimeSpan now)
    {
        Neighbour? stranger = _neighbours.Values
            .Where(neighbour => neighbour.State(now) is NeighbourState.Silent or NeighbourState.Gone
                && neighbour is { Borrowed: 0, Lent: 0, Rejected: 0 })
            .MinBy(neighbour => neighbour.HeardAt.Running);
        return stranger is not null && _neighbours.Remove(stranger.Id);
    }
}
