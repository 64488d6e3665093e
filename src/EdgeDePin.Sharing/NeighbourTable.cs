using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>Who the neighbours are: their offers, what passed between us, and whom we no longer trust. One thread.</summary>
/// <param name="ledger">With whom there is an account; nobody by default.</param>
public sealed class NeighbourTable(SharingOptions options, NodeLedger? ledger = null)
{
    private readonly Dictionary<NodeId, Neighbour> _neighbours = [];

    public int Count => _neighbours.Count;

    /// <summary>Takes an offer. False where the table is full and nobody in it can be forgotten.</summary>
    /// <param name="member">What the site says of it.</param>
    public bool Hear(NodeId id, Message.Offer offer, ulong sequence, Moment now, Member member)
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
            neighbour.Member = member;
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
    public IReadOnlyList<NeighbourView> Views(Moment now, NodeLedger accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return [.. _neighbours.Values.Select(neighbour => neighbour.View(now.Running, accounts.With(neighbour.Id)))];
    }

    /// <summary>How many workers lied, and how many never did in a check.</summary>
    internal (int Bad, int Good) Experience => (
        _neighbours.Values.Count(neighbour => neighbour.Trust.Failed > 0),
        _neighbours.Values.Count(neighbour => neighbour.Trust is { Failed: 0, Passed: > 0 }));

    /// <summary>The row of a node that is known from the receipt log and has made no offer yet.</summary>
    internal Neighbour Known(NodeId id)
    {
        if (!_neighbours.TryGetValue(id, out Neighbour? neighbour))
        {
            _neighbours.Add(id, neighbour = new Neighbour(id) { Left = true });
        }

        return neighbour;
    }

    internal IEnumerable<Neighbour> All => _neighbours.Values;

    internal Neighbour? Find(NodeId id) => _neighbours.GetValueOrDefault(id);

    // Somebody who is not here and with whom nothing ever passed. A ban, a record and an account are kept, or strangers could wash them away.
    private bool Forget(TimeSpan now)
    {
        Neighbour? stranger = _neighbours.Values
            .Where(neighbour => neighbour.State(now) is NeighbourState.Silent or NeighbourState.Gone or NeighbourState.Excluded
                && neighbour is { Borrowed: 0, Lent: 0, Rejected: 0, InFlight: 0, Trust: { Passed: 0, Waiting: 0 } } && !HasAccount(neighbour.Id))
            .MinBy(neighbour => neighbour.HeardAt.Running);
        return stranger is not null && _neighbours.Remove(stranger.Id);
    }

    private bool HasAccount(NodeId id) => ledger is not null && ledger.Pairs.TryGetValue(id, out Pair? pair) && pair is not { Paid: 0, Earned: 0 };
}
