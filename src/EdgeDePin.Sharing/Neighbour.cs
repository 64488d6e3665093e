using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>One row of the <see cref="NeighbourTable"/>.</summary>
internal sealed class Neighbour(NodeId id)
{
    // The weight of a new measurement in a running mean, as TCP does for round trips (RFC 6298 section 2).
    private const double Weight = 0.125;

    private readonly HashSet<Digest> _strikes = [];
    private int _placedSinceOffer;
    private TimeSpan _validUntil;
    private TimeSpan? _grantTime;
    private TimeSpan? _runTime;

    public NodeId Id { get; } = id;
    public ReplayWindow Window { get; } = new();
    public Message.Offer? Offer { get; private set; }
    public ulong OfferSequence { get; private set; }
    public Moment HeardAt { get; private set; }
    public bool Left { get; set; }
    public bool Banned { get; private set; }
    public int ChecksPassed { get; private set; }
    public long Lent { get; set; }
    public long Borrowed { get; private set; }
    public long Verified { get; private set; }
    public long Rejected { get; private set; }
    public long Lost { get; set; }
    public long Declined { get; set; }

    public void Hear(Message.Offer offer, ulong sequence, Moment now)
    {
        Offer = offer;
        OfferSequence = sequence;
        HeardAt = now;
        Left = false;
        _validUntil = now.Running + offer.ValidFor;
        _placedSinceOffer = 0;
    }

    public NeighbourState State(TimeSpan now) =>
        Banned ? NeighbourState.Banned
        : Left ? NeighbourState.Gone
        : now > _validUntil ? NeighbourState.Silent
        : NeighbourState.Present;

    public int FreeSlots(TimeSpan now) =>
        State(now) == NeighbourState.Present ? Math.Max(0, (Offer?.FreeSlots ?? 0) - _placedSinceOffer) : 0;

    public void Place() => _placedSinceOffer++;

    public void Grant(TimeSpan waited) => _grantTime = Mean(_grantTime, waited);

    public void Accept(TimeSpan runTime, bool verified)
    {
        _runTime = Mean(_runTime, runTime);
        Borrowed++;
        Verified += verified ? 1 : 0;
        ChecksPassed += verified ? 1 : 0;
    }

    /// <summary>
    /// A wrong result. The same input counts once, since what trips honest hardware once trips it again; but whoever is wrong
    /// twice as often as that is banned whatever the inputs were.
    /// </summary>
    public void Strike(Digest input, int strikesToBan)
    {
        Rejected++;
        ChecksPassed = 0;
        _strikes.Add(input);
        Banned = Banned || _strikes.Count >= strikesToBan || Rejected >= 2 * strikesToBan;
    }

    public NeighbourView View(TimeSpan now)
    {
        int free = FreeSlots(now);
        TimeSpan wait = (_grantTime ?? TimeSpan.FromMilliseconds(50)) + (free > 0 ? TimeSpan.Zero : _runTime ?? TimeSpan.FromSeconds(1));
        return new NeighbourView(
            Id, Offer?.Name ?? "", State(now), free, Offer?.Lanes ?? 0, (Offer?.SpeedPermille ?? 0) / 1000.0, wait,
            Offer?.Kinds ?? [], new NeighbourCounters(Lent, Borrowed, Verified, Rejected, Lost, Declined), HeardAt.Wall);
    }

    private static TimeSpan Mean(TimeSpan? mean, TimeSpan measured) =>
        mean is { } known ? known + Weight * (measured - known) : measured;
}
