using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Sharing;

/// <summary>One row of the <see cref="NeighbourTable"/>.</summary>
internal sealed class Neighbour(NodeId id)
{
    // The weight of a new measurement in a running mean, as TCP does for round trips (RFC 6298 section 2).
    private const double Weight = 0.125;

    private TimeSpan _validUntil;
    private int _slots;
    private TimeSpan? _grantTime;
    private TimeSpan? _runTime;

    public NodeId Id { get; } = id;
    public ReplayWindow Window { get; } = new();
    public TrustRecord Trust { get; } = new();
    public Message.Offer? Offer { get; private set; }
    public Member? Member { get; set; }

    /// <summary>Ed25519, 32 bytes; empty until an offer was heard.</summary>
    public byte[] PublicKey { get; set; } = [];
    public ulong OfferSequence { get; private set; }
    public Moment HeardAt { get; private set; }
    public bool Left { get; set; }
    public bool Banned => Trust.Banned;

    /// <summary>Leases it may hold of ours: one, doubled by each success, halved by each failure.</summary>
    public int Leases { get; private set; } = 1;

    /// <summary>Attempts it has of ours that count against <see cref="Leases"/>.</summary>
    public int InFlight { get; set; }

    /// <summary>Why the last task that looked for a place did not go there; null where it could have.</summary>
    public string? Excluded { get; set; }

    /// <summary>Results delivered to it, in millicredits; less <c>Earned</c>, it is what it has not paid yet.</summary>
    public long Delivered { get; set; }

    /// <summary>Results, and millicredits, that it did not want to pay and was let off.</summary>
    public (int Results, long Worth) Forgiven { get; set; }

    /// <summary>What it may pay, in millicredits, for the progress of tasks that it cancelled because another was first.</summary>
    public long Raced { get; set; }
    public long Lent { get; set; }
    public long Borrowed { get; private set; }
    public long Verified { get; private set; }
    public long Rejected => Trust.Failed;
    public long Lost { get; set; }
    public long Declined { get; set; }

    public void Hear(Message.Offer offer, ulong sequence, Moment now)
    {
        Offer = offer;
        OfferSequence = sequence;
        HeardAt = now;
        Left = false;
        _validUntil = now.Running + offer.ValidFor;
        // Its free slots are those that are left beside our own tasks, so ours belong to what we may have.
        _slots = offer.FreeSlots + InFlight;
    }

    public NeighbourState State(TimeSpan now) =>
        Banned ? NeighbourState.Banned
        : Member is null ? NeighbourState.Excluded
        : Left ? NeighbourState.Gone
        : now > _validUntil ? NeighbourState.Silent
        : NeighbourState.Present;

    public int FreeSlots(TimeSpan now) =>
        State(now) == NeighbourState.Present ? Math.Max(0, Math.Min(Leases, _slots) - InFlight) : 0;

    /// <summary>As <see cref="FreeSlots"/>, with those that may wait there for a slot.</summary>
    public int Room(TimeSpan now) =>
        State(now) == NeighbourState.Present ? Math.Max(0, Math.Min(Leases, 2 * Math.Max(1, _slots)) - InFlight) : 0;

    public void Succeed(int most) => Leases = Math.Min(most, 2 * Leases);

    public void Fail() => Leases = Math.Max(1, Leases / 2);

    public void Grant(TimeSpan waited) => _grantTime = Mean(_grantTime, waited);

    public void Accept(TimeSpan runTime, bool verified)
    {
        _runTime = Mean(_runTime, runTime);
        Borrowed++;
        Verified += verified ? 1 : 0;
    }

    /// <summary>From asking to running.</summary>
    public TimeSpan ExpectedWait(TimeSpan now) =>
        (_grantTime ?? TimeSpan.FromMilliseconds(50)) + (FreeSlots(now) > 0 ? TimeSpan.Zero : _runTime ?? TimeSpan.FromSeconds(1));

    public NeighbourView View(TimeSpan now, Ledger.Pair pair) => new(
        Id, Offer?.Name ?? "", State(now), FreeSlots(now), Offer?.Lanes ?? 0, (Offer?.SpeedPermille ?? 0) / 1000.0, ExpectedWait(now),
        Offer?.Kinds ?? [], new NeighbourCounters(Lent, Borrowed, Verified, Rejected, Lost, Declined), HeardAt.Wall)
    {
        Owner = Member?.Owner ?? "",
        Region = Member?.Region ?? "",
        Price = Offer?.Price ?? 0,
        ChecksPassed = Trust.Passed,
        Waiting = Trust.Waiting,
        Paid = pair.Paid,
        Earned = pair.Earned,
        Excluded = Excluded,
    };

    private static TimeSpan Mean(TimeSpan? mean, TimeSpan measured) =>
        mean is { } known ? known + Weight * (measured - known) : measured;
}
