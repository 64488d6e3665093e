using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Sharing;

/// <summary>
/// Neighbours' tasks here: takes what fits its own requirements, leases within the free slots (late: a request may wait for
/// one), reports progress, commits, signs for the result and repeats that until a verdict comes. An attempt is run at most
/// once, however often it is asked for. Pure: time comes in, steps come out; one thread.
/// </summary>
public sealed class Worker(SharingOptions options, NodeIdentity identity, NeighbourTable neighbours, NodeLedger ledger)
{
    /// <summary>Ended attempts that are remembered with their receipts: at most 8 MiB of outputs.</summary>
    public const int Remembered = 64;

    // With the gaps doubling from a second, a verdict is awaited for half a minute; later ones find the receipt remembered.
    private const int MaxReminders = 5;

    // A requester checks a newcomer's first ten, some of them as its checks of others; beyond this it only says so.
    private const int HalfPayPatience = 30;

    // A requester may be right about one in twenty results, and about the first few.
    private const int ForgivenResults = 5;
    private const int ForgivenShare = 20;

    private readonly Dictionary<GuestKey, Lending> _open = [];
    private readonly RecentlyEnded<GuestKey, Lending> _ended = new(Remembered);
    private readonly Dictionary<Refusal, long> _refused = [];

    /// <summary>What this node offers just now, its requirements included.</summary>
    public required Func<Message.Offer> Offer { get; init; }

    /// <summary>What the site says of this node.</summary>
    public Member Self { get; set; } = new("", default, "", MemberRoles.None, DateTimeOffset.MaxValue, Certified: false);

    /// <summary>How many guests the host would run at once just now, those that run included.</summary>
    public int Slots { get; set; } = options.MaxGuests;

    public int Running { get; private set; }

    /// <summary>Leases and receipts that have not ended.</summary>
    public int Open => _open.Count;

    public int FreeSlots => Math.Max(0, Math.Min(Slots, options.MaxGuests) - Running);

    /// <summary>Takes one of a requester's messages: Request, Input, Judgement, Pay or Cancel.</summary>
    public IReadOnlyList<Step> Receive(NodeId from, Message message, TimeSpan now) => message switch
    {
        Message.Request request => Request(from, request, now),
        Message.Input input => Input(from, input, now),
        Message.Judgement judgement => Judged(from, judgement, now),
        Message.Pay pay => Paid(from, pay),
        Message.Cancel cancel => Cancelled(new GuestKey(from, cancel.Task), now),
        _ => [],
    };

    /// <summary>Messages that were not believed since the start.</summary>
    internal long Refused(Refusal refusal) => _refused.GetValueOrDefault(refusal);

    /// <summary>Fuel that a running guest has burnt so far, as the host knows it; 0 where it does not.</summary>
    public Func<GuestKey, long> FuelOf { get; init; } = _ => 0;

    /// <summary>How a guest of <see cref="Step.StartGuest"/> ended; said exactly once for each.</summary>
    public IReadOnlyList<Step> GuestEnded(GuestKey key, GuestOutcome outcome, TimeSpan now)
    {
        if (!_open.TryGetValue(key, out Lending? lending) || lending.State is not (LendingState.Running or LendingState.Stopping))
        {
            return [];
        }

        if (lending.State == LendingState.Stopping)
        {
            return End(lending, now);
        }

        return outcome switch
        {
            GuestOutcome.Done done when done.Fuel > lending.Request.FuelLimit => Fail(
                lending, DeclineReason.Failed, $"it burnt {done.Fuel} fuel; at most {lending.Request.FuelLimit}", now),
            GuestOutcome.Done done when done.Output.Length <= Message.MaxData => Deliver(lending, done, now),
            GuestOutcome.Done done => Fail(
                lending, DeclineReason.Failed, $"an output of {done.Output.Length} bytes does not travel; at most {Message.MaxData}", now),
            GuestOutcome.Declined declined => Fail(lending, DeclineReason.Withdrawn, declined.Reason, now),
            GuestOutcome.Failed failed => Fail(lending, DeclineReason.Failed, failed.Reason, now),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No outcome of a guest."),
        };
    }

    /// <summary>The host takes its machine back: every lease that has not delivered is handed back at once.</summary>
    public IReadOnlyList<Step> HandBack(string reason, TimeSpan now) =>
        [.. _open.Values.Where(lending => lending.State is LendingState.Reserved or LendingState.Running or LendingState.Waiting).ToArray()
            .SelectMany(lending => lending.State == LendingState.Running
                ? [Decline(lending, DeclineReason.Withdrawn, reason), .. Stop(lending)]
                : Fail(lending, DeclineReason.Withdrawn, reason, now))];

    /// <summary>A requester left: nobody waits for its tasks. What it owes for is kept for when it returns.</summary>
    public IReadOnlyList<Step> Leave(NodeId requester, TimeSpan now) =>
        [.. _open.Values.Where(lending => lending.Key.Requester == requester && lending.State != LendingState.Delivered).ToArray()
            .SelectMany(lending => Release(lending.Key, now))];

    /// <summary>What time alone changes; call it at least every half second.</summary>
    public IReadOnlyList<Step> Tick(TimeSpan now) => _open.Count == 0
        ? []
        : [.. _open.Values.ToArray().SelectMany(lending => Tick(lending, now)), .. LeaseWaiting(now)];

    internal bool Holds(GuestKey key) => _open.TryGetValue(key, out Lending? lending) && lending.TakesSlot;

    private IReadOnlyList<Step> Request(NodeId from, Message.Request request, TimeSpan now)
    {
        var key = new GuestKey(from, request.Task);
        Digest terms = ReceiptClaim.Terms(request);
        if (_open.TryGetValue(key, out Lending? known) || _ended.TryGet(key, out known))
        {
            return Again(known, terms);
        }

        bool full = FreeSlots == 0;
        if (WhyNot(from, request, full) is { } reason)
        {
            return [new Step.Send(from, new Message.Decline(request.Task, reason, ""))];
        }

        var lending = new Lending(key, request, terms, now);
        _open.Add(key, lending);
        Count(lending, 1);
        return full ? [] : Lease(lending, now);
    }

    private DeclineReason? WhyNot(NodeId from, Message.Request request, bool full)
    {
        Neighbour? requester = neighbours.Find(from);
        if (requester?.Member is not { } member || requester.Banned)
        {
            return DeclineReason.Unwelcome;
        }

        Pair pair = ledger.With(from);
        return Placement.WhyNotHere(Self, member, Offer(), request)
            ?? (request.Price < (request.Newcomer && requester.Lent < HalfPayPatience ? (options.Price + 1) / 2 : options.Price) ? DeclineReason.Price
            : (Int128)requester.Delivered - pair.Earned > (Int128)options.PairLimit + pair.Earned ? DeclineReason.OverLimit
            : full && (request.Patience == TimeSpan.Zero || Waiting >= Math.Max(1, options.MaxGuests)) ? DeclineReason.Busy
            : null);
    }

    private int Waiting { get; set; }

    // Counted as they move, since every request asks.
    private void Move(Lending lending, LendingState state)
    {
        Count(lending, -1);
        lending.State = state;
        Count(lending, 1);
    }

    private void Count(Lending lending, int by)
    {
        Running += lending.TakesSlot ? by : 0;
        Waiting += lending.State == LendingState.Waiting ? by : 0;
    }

    private Step[] Again(Lending known, Digest terms) =>
        known.Terms != terms || known.State == LendingState.Stopping ? [Decline(known, DeclineReason.Spent, "")]
        : known.Receipt is not null ? Receipt(known)
        : known.State == LendingState.Waiting ? []
        : known.State == LendingState.Ended ? [Decline(known, DeclineReason.Spent, "")]
        : [new Step.Send(known.Key.Requester, new Message.Lease(known.Key.Task, options.LeaseHolds, known.Terms))];

    private Step[] Lease(Lending lending, TimeSpan now)
    {
        Move(lending, LendingState.Reserved);
        lending.Since = lending.SpokeAt = now;
        return [new Step.Send(lending.Key.Requester, new Message.Lease(lending.Key.Task, options.LeaseHolds, lending.Terms))];
    }

    // The longest waiting first.
    private List<Step> LeaseWaiting(TimeSpan now)
    {
        var steps = new List<Step>();
        while (Waiting > 0 && FreeSlots > 0 && _open.Values.Where(lending => lending.State == LendingState.Waiting).MinBy(lending => lending.Since) is { } next)
        {
            steps.AddRange(Lease(next, now));
        }

        return steps;
    }

    private IReadOnlyList<Step> Input(NodeId from, Message.Input input, TimeSpan now)
    {
        if (!_open.TryGetValue(new GuestKey(from, input.Task), out Lending? lending) || lending.State != LendingState.Reserved)
        {
            return [];
        }

        if (input.Data.Length != lending.Request.InputLength || Digest.Of(input.Data.Span) != lending.Request.InputDigest)
        {
            return Fail(lending, DeclineReason.BadInput, "", now);
        }

        Message.Request request = lending.Request;
        Move(lending, LendingState.Running);
        lending.Since = now;
        lending.StopAt = now + request.RunWithin;
        return [new Step.StartGuest(new GuestTask(lending.Key, request.Kind, input.Data, request.RunWithin, request.FuelLimit))];
    }

    private Step[] Deliver(Lending lending, GuestOutcome.Done done, TimeSpan now)
    {
        TaskId task = lending.Key.Task;
        Digest output = Digest.Of(done.Output.Span);
        Move(lending, LendingState.Delivered);
        lending.Commit = new Message.Commit(
            task, ReceiptClaim.Commitment(task, output), ReceiptClaim.Seal(identity.NodeId, task, output));
        // It is signed with the others of its bundle.
        lending.Receipt = new Message.Receipt(
            task, lending.Request.Kind, lending.Request.InputDigest, output, done.Fuel, done.RunTime, default, done.Output);
        lending.Bill = Vesting.Bill(done.Fuel, lending.Request.Price);
        if (neighbours.Find(lending.Key.Requester) is { } requester)
        {
            requester.Lent++;
            requester.Delivered += lending.Bill;
        }

        return [.. Remind(lending, now), .. LeaseWaiting(now)];
    }

    private Step[] Remind(Lending lending, TimeSpan now)
    {
        lending.Reminders++;
        lending.SpokeAt = now;
        return Receipt(lending);
    }

    private static Step[] Receipt(Lending lending) =>
        [new Step.Send(lending.Key.Requester, lending.Commit!), new Step.Send(lending.Key.Requester, lending.Receipt!)];

    private static Step.Send Decline(Lending lending, DeclineReason reason, string detail) =>
        new(lending.Key.Requester, new Message.Decline(
            lending.Key.Task, reason, detail.Length <= MessageReader.MaxDetail ? detail : detail[..MessageReader.MaxDetail]));

    private Step[] Fail(Lending lending, DeclineReason reason, string detail, TimeSpan now) =>
        [Decline(lending, reason, detail), .. End(lending, now)];

    private Step[] Stop(Lending lending)
    {
        Move(lending, LendingState.Stopping);
        return [new Step.StopGuest(lending.Key)];
    }

    private IReadOnlyList<Step> Tick(Lending lending, TimeSpan now)
    {
        switch (lending.State)
        {
            case LendingState.Waiting:
                return now - lending.Since <= lending.Request.Patience ? [] : Fail(lending, DeclineReason.Busy, "no slot became free", now);
            case LendingState.Reserved:
                return now - lending.Since > options.LeaseHolds ? Fail(lending, DeclineReason.NoInput, "", now)
                    : now - lending.SpokeAt < options.ProgressEvery ? []
                    : LeaseAgain(lending, now);
            case LendingState.Delivered:
                TimeSpan gap = options.ProgressEvery * (1 << (lending.Reminders - 1));
                return now - lending.SpokeAt < gap ? []
                    : lending.Reminders < MaxReminders ? Remind(lending, now)
                    : End(lending, now);
            case LendingState.Running when now > lending.StopAt:
                return [Decline(lending, DeclineReason.TookTooLong, ""), .. Stop(lending)];
            case LendingState.Running when now - lending.SpokeAt >= options.ProgressEvery:
                lending.SpokeAt = now;
                return [new Step.Send(lending.Key.Requester, new Message.Progress(lending.Key.Task, FuelOf(lending.Key)))];
            default:
                return [];
        }
    }

    // The lease or the input was lost on its way; the requester sends the input again.
    private Step[] LeaseAgain(Lending lending, TimeSpan now)
    {
        lending.SpokeAt = now;
        return [new Step.Send(lending.Key.Requester, new Message.Lease(lending.Key.Task, options.LeaseHolds, lending.Terms))];
    }

    private IReadOnlyList<Step> Judged(NodeId from, Message.Judgement judgement, TimeSpan now)
    {
        var key = new GuestKey(from, judgement.Task);
        bool known = _open.TryGetValue(key, out Lending? lending) || _ended.TryGet(key, out lending);
        bool made = known && judgement.Nonce.Length > 0 && Digest.Of(judgement.Nonce.Span) != lending!.Request.NonceDigest;
        if (made)
        {
            Refuse(Refusal.OtherNonce);
        }

        if (known && lending!.Bill > 0 && judgement.Verdict is Verdict.Mismatch or Verdict.TooLate or Verdict.Unsolicited)
        {
            if (!made && neighbours.Find(from) is { } requester)
            {
                Forgive(requester, lending.Bill);
            }

            lending.Bill = 0;
        }

        return Release(key, now);
    }

    // What it will not pay it does not owe either; but whoever says so of more than a few goes on owing it, up to its limit.
    private static void Forgive(Neighbour requester, long bill)
    {
        (int results, long worth) = requester.Forgiven;
        Int128 all = (Int128)requester.Delivered + worth;
        if (results < ForgivenResults || (Int128)ForgivenShare * ((Int128)worth + bill) <= all)
        {
            requester.Delivered -= bill;
            requester.Forgiven = (results + 1, worth + bill);
        }
    }

    // Beyond what was delivered there is only what was delivered before a restart, and that is what it may owe at most.
    private Step[] Paid(NodeId from, Message.Pay pay)
    {
        Neighbour? requester = neighbours.Find(from);
        long earned = ledger.With(from).Earned;
        Int128 most = (Int128)Math.Max(requester?.Delivered ?? 0, earned) + (requester?.Raced ?? 0) + earned + options.PairLimit;
        LedgerEntry.Credit? credit = ledger.Book(from, pay.Voucher, most, out bool beyond);
        if (beyond)
        {
            Refuse(Refusal.VoucherBeyondWork);
        }

        var booked = new Step.Send(from, new Message.Booked(ledger.With(from).Earned));
        return credit is null ? [booked] : [new Step.Record(credit), booked];
    }

    private void Refuse(Refusal refusal) => _refused[refusal] = _refused.GetValueOrDefault(refusal) + 1;

    private IReadOnlyList<Step> Cancelled(GuestKey key, TimeSpan now)
    {
        if (_open.TryGetValue(key, out Lending? lending) && lending.State == LendingState.Running && neighbours.Find(key.Requester) is { } requester)
        {
            requester.Raced += Vesting.Bill(Math.Min(FuelOf(key), lending.Request.FuelLimit), lending.Request.Price);
        }

        return Release(key, now);
    }

    private IReadOnlyList<Step> Release(GuestKey key, TimeSpan now) =>
        !_open.TryGetValue(key, out Lending? lending) || lending.State == LendingState.Stopping ? []
        : lending.State == LendingState.Running ? Stop(lending)
        : End(lending, now);

    private Step[] End(Lending lending, TimeSpan now)
    {
        Move(lending, LendingState.Ended);
        _open.Remove(lending.Key);
        _ended.Add(lending.Key, lending);
        return [.. LeaseWaiting(now)];
    }
}
