using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Verification;

/// <summary>
/// Decides on receipts: which are checked (drawn from a nonce and the worker's commitment, so after it is bound), what a check
/// means for both workers, when pay vests, and what a lie takes back. Pure, like its <see cref="Requester"/>.
/// </summary>
internal sealed class Judge(
    SharingOptions options, NodeIdentity identity, NeighbourTable neighbours, NodeLedger ledger, Requester requester)
{
    // A check that was lost so often is made here.
    private const int MaxChecksElsewhere = 3;

    // A voucher is said again until it is booked, with gaps that double up to half an hour.
    private const int MostDoublings = 6;
    private static readonly TimeSpan VoucherGap = TimeSpan.FromSeconds(30);

    private readonly Dictionary<NodeId, (long Paid, int Said, TimeSpan At)> _told = [];
    private readonly ReceiptSignatures _signatures = new(identity.Scheme);

    /// <summary>Workers that have not said that they have the newest voucher.</summary>
    public int Unbooked => _told.Count;

    public IReadOnlyList<Step> Decide(Borrowing borrowing, Message.Receipt receipt, TimeSpan now)
    {
        if (!Fits(borrowing, receipt))
        {
            return Reject(borrowing, receipt, $"{borrowing.Worker} signed a receipt that does not fit its request", now);
        }

        if (borrowing.Known is { } known)
        {
            borrowing.Check(receipt, now);
            return Compare(borrowing, known, now);
        }

        if (borrowing.Checks is { } main)
        {
            borrowing.Check(receipt, now);
            return requester.Find(main) is { } checkedOne ? CompareBoth(checkedOne, borrowing, now) : Local(borrowing);
        }

        if (borrowing.Trusted)
        {
            return Accept(borrowing, receipt, verified: false, bound: 0, now);
        }

        Neighbour worker = neighbours.Find(borrowing.Worker)!;
        bool drawn = ReceiptClaim.Draw(borrowing.Nonce, borrowing.Commit!.Commitment)
            < Vesting.CheckShare(options, worker.Trust.Passed);
        if (!drawn)
        {
            return Believe(borrowing, receipt, worker, now);
        }

        if (options.Planted == PlantedBug.UnverifiedAccept)
        {
            return Accept(borrowing, receipt, verified: true, bound: 0, now);
        }

        borrowing.Check(receipt, now);
        return CheckAgain(borrowing, now);
    }

    /// <summary>Checks a receipt at another neighbour, or here.</summary>
    public IReadOnlyList<Step> CheckAgain(Borrowing borrowing, TimeSpan now)
    {
        borrowing.CheckedBy = null;
        if (!options.ChecksElsewhere || ++borrowing.CheckAttempts > MaxChecksElsewhere || Checker(borrowing, now) is not { } checker)
        {
            return Local(borrowing);
        }

        TaskId check = requester.NewTask().Next;
        borrowing.CheckedBy = check;
        return requester.Ask(borrowing.What, checker, check, now, options.Patience, checks: borrowing.Task);
    }

    /// <summary>This node has run the task itself, or knew its result.</summary>
    public IReadOnlyList<Step> Compare(Borrowing borrowing, OwnResult? own, TimeSpan now)
    {
        Message.Receipt receipt = borrowing.Checking!;
        Borrowing? checker = borrowing.CheckedBy is { } task ? requester.Find(task) : null;
        if (own is not { } right)
        {
            return
            [
                .. requester.Withdraw(borrowing, new BorrowOutcome.Refused("the result could not be checked here") { TaskFailed = true }, now, failed: false),
                .. checker is null ? [] : requester.Cancel(checker.Task, now),
            ];
        }

        List<Step> steps = [.. Decide(borrowing, receipt, right, now)];
        if (checker?.Checking is { } other && requester.Find(checker.Task) is not null)
        {
            steps.AddRange(Decide(checker, other, right, now));
        }

        return steps;
    }

    /// <summary>The newest voucher for a worker, where anything is owed to it.</summary>
    public IReadOnlyList<Step> Owed(NodeId worker) =>
        ledger.VoucherFor(worker) is { } voucher ? [new Step.Send(worker, voucher)] : [];

    /// <summary>A neighbour is back, and may have forgotten what it heard last.</summary>
    public void Returned(NodeId worker, TimeSpan now)
    {
        if (ledger.Pairs.TryGetValue(worker, out Pair? pair) && pair.Paid > 0)
        {
            _told[worker] = (pair.Paid, 0, now);
        }
    }

    /// <summary>A worker has a voucher in its log.</summary>
    public IReadOnlyList<Step> Booked(NodeId worker, long cumulative)
    {
        if (_told.TryGetValue(worker, out (long Paid, int Said, TimeSpan At) told) && cumulative >= told.Paid)
        {
            _told.Remove(worker);
        }

        return [];
    }

    /// <summary>Says vouchers again that are not booked.</summary>
    public IReadOnlyList<Step> Tick(TimeSpan now)
    {
        if (_told.Count == 0)
        {
            return [];
        }

        var steps = new List<Step>();
        foreach ((NodeId worker, (long paid, int said, TimeSpan at)) in _told.ToArray())
        {
            if (now - at >= VoucherGap * (1 << said) && neighbours.Find(worker) is { Left: false })
            {
                steps.AddRange(Owed(worker));
                _told[worker] = (paid, Math.Min(said + 1, MostDoublings), now);
            }
        }

        return steps;
    }

    /// <summary>Pays for what a worker says to have done of a task that another ended first. A newcomer's word is worth nothing.</summary>
    /// <param name="most">The fuel of the whole task, as the other burnt it.</param>
    public IReadOnlyList<Step> PayProgress(Borrowing borrowing, long most, TimeSpan now)
    {
        if (borrowing is not { Leased: true, Newcomer: false, Fuel: > 0, Checking: null })
        {
            return [];
        }

        var part = new Message.Receipt(
            borrowing.Task, borrowing.What.Kind, borrowing.What.InputDigest, Digest.Of([]), Math.Min(borrowing.Fuel, most), TimeSpan.Zero, default, default);
        return Pay(borrowing.Worker, part, borrowing.Price, isChecked: false, now);
    }

    /// <summary>The planted bug of paying what is paid.</summary>
    public IReadOnlyList<Step> PayTwice(NodeId worker, Message.Receipt receipt, TimeSpan now) =>
        Pay(worker, receipt with { Task = receipt.Task with { Attempt = receipt.Task.Attempt + 1_000 } }, options.MaxPrice, isChecked: false, now);

    private bool Fits(Borrowing borrowing, Message.Receipt receipt) =>
        borrowing.Leased
        && receipt.Kind == borrowing.What.Kind && receipt.InputDigest == borrowing.What.InputDigest
        && receipt.Fuel <= borrowing.What.FuelLimit
        && Digest.Of(receipt.Output.Span) == receipt.OutputDigest
        && borrowing.Commit is { } commit
        && commit.Commitment == ReceiptClaim.Commitment(receipt.Task, receipt.OutputDigest)
        && commit.Seal == ReceiptClaim.Seal(borrowing.Worker, receipt.Task, receipt.OutputDigest)
        // What goes into the log must convince others too, so the worker's own signature is asked for, not the envelope's.
        && _signatures.Hold(neighbours.Find(borrowing.Worker)!.PublicKey, options.Site, identity.NodeId, borrowing.Worker, receipt);

    private IReadOnlyList<Step> CompareBoth(Borrowing main, Borrowing check, TimeSpan now)
    {
        Message.Receipt first = main.Checking!, second = check.Checking!;
        if (first.OutputDigest != second.OutputDigest || first.Fuel != second.Fuel)
        {
            // One of the two is wrong, and this node finds out which.
            return Local(main);
        }

        double share = Share();
        return
        [
            .. Accept(check, second, verified: true, share * share, now), .. Pass(check.Worker, now),
            .. Accept(main, first, verified: true, share * share, now), .. Pass(main.Worker, now),
        ];
    }

    private IReadOnlyList<Step> Decide(Borrowing borrowing, Message.Receipt receipt, OwnResult right, TimeSpan now) =>
        receipt.OutputDigest == right.Output && receipt.Fuel == right.Fuel
            ? [.. Accept(borrowing, receipt, verified: true, bound: 0, now), .. Pass(borrowing.Worker, now)]
            : Reject(borrowing, receipt, $"{borrowing.Worker} answered {receipt.OutputDigest} for {receipt.Fuel} fuel, {right.Output} for {right.Fuel} is right", now);

    private static Step[] Local(Borrowing borrowing) => [new Step.CheckLocally(borrowing.Task, borrowing.What.Kind, borrowing.What.Input)];

    // Nobody whom the worker could choose: any other that may have the data, by chance. Two newcomers may know each other, so
    // none of them vouches for another: the first ones are checked here.
    private Neighbour? Checker(Borrowing borrowing, TimeSpan now)
    {
        bool newcomer = neighbours.Find(borrowing.Worker)!.Trust.Passed < options.ChecksOfNewcomer;
        Neighbour[] others = [.. neighbours.All.Where(other =>
            other.Id != borrowing.Worker && other.Room(now) > 0 && (!newcomer || other.Trust.Passed >= options.ChecksOfNewcomer)
            && requester.WhyNot(borrowing.What, other, now) is null)];
        if (others.Length == 0 || requester.Open >= options.MaxBorrowed)
        {
            return null;
        }

        int drawn = (int)(ReceiptClaim.Draw(borrowing.Commit!.Seal.ToBytes(), Digest.Of(borrowing.Nonce)) * others.Length);
        return others[(drawn + borrowing.CheckAttempts - 1) % others.Length];
    }

    private double Share()
    {
        (int bad, int good) = neighbours.Experience;
        return BadShare.Upper(bad, good);
    }

    private IReadOnlyList<Step> Believe(Borrowing borrowing, Message.Receipt receipt, Neighbour worker, TimeSpan now)
    {
        // One that was banned meanwhile has no record to be believed on.
        if (worker.Banned)
        {
            return requester.Withdraw(borrowing, new BorrowOutcome.Refused($"{borrowing.Worker} is banned"), now, failed: true);
        }

        double share = Share();
        int vesting = Vesting.ChecksFor(borrowing.What.Epsilon, share);
        worker.Trust.Hold(receipt with { Output = default }, borrowing.Price, vesting);
        worker.Accept(receipt.RunTime, verified: false);
        worker.Succeed(options.MaxWindow);
        return
        [
            new Step.Record(ledger.Hold(borrowing.Worker, receipt, borrowing.Price, vesting)),
            new Step.Send(borrowing.Worker, new Message.Judgement(receipt.Task, Verdict.Provisional, borrowing.Nonce)),
            .. requester.End(borrowing, Verdict.Provisional, Accepted(borrowing, receipt, verified: false, Vesting.Bound(share, vesting)), now),
        ];
    }

    private IReadOnlyList<Step> Accept(Borrowing borrowing, Message.Receipt receipt, bool verified, double bound, TimeSpan now)
    {
        Neighbour worker = neighbours.Find(borrowing.Worker)!;
        worker.Accept(receipt.RunTime, verified);
        worker.Succeed(options.MaxWindow);
        return
        [
            .. Settle(borrowing.Worker, receipt, borrowing.Price, verified, borrowing.Nonce, now),
            .. requester.End(borrowing, Verdict.Accepted, Accepted(borrowing, receipt, verified, bound), now),
        ];
    }

    private static BorrowOutcome.Accepted Accepted(Borrowing borrowing, Message.Receipt receipt, bool verified, double bound) =>
        new(receipt.Output, receipt.RunTime, verified, bound, receipt.Fuel, Vesting.Bill(receipt.Fuel, borrowing.Price))
        {
            Worker = borrowing.Worker,
            Waited = borrowing.Leased ? borrowing.HeardFirst - borrowing.SubmittedAt : TimeSpan.Zero,
            Travelled = borrowing.Leased && borrowing.DeliveredAt - borrowing.HeardFirst - receipt.RunTime is { Ticks: > 0 } travelled ? travelled : TimeSpan.Zero,
        };

    private IReadOnlyList<Step> Settle(NodeId worker, Message.Receipt receipt, long price, bool isChecked, ReadOnlyMemory<byte> nonce, TimeSpan now)
    {
        var verdict = new Step.Send(worker, new Message.Judgement(receipt.Task, Verdict.Accepted, nonce));
        IReadOnlyList<Step> paid = Pay(worker, receipt, price, isChecked, now);
        return options.Planted == PlantedBug.VerdictBeforeDebit
            ? [verdict, .. paid.Where(step => step is Step.Send), .. paid.Where(step => step is Step.Record)]
            : [.. paid, verdict];
    }

    private IReadOnlyList<Step> Pay(NodeId worker, Message.Receipt receipt, long price, bool isChecked, TimeSpan now)
    {
        if (ledger.Pay(worker, receipt, price, isChecked, Vesting.Bill(receipt.Fuel, price), neighbours.Find(worker)?.PublicKey) is not { } debit)
        {
            return Owed(worker);
        }

        _told[worker] = (debit.Cumulative, 0, now);
        return [new Step.Record(debit), .. Owed(worker)];
    }

    private List<Step> Pass(NodeId worker, TimeSpan now) => PayVested(worker, neighbours.Find(worker)!.Trust.Pass(), now);

    /// <summary>Pays for results whose checks have passed.</summary>
    public List<Step> PayVested(NodeId worker, IEnumerable<TrustRecord.Held> vested, TimeSpan now)
    {
        var steps = new List<Step>();
        foreach (TrustRecord.Held held in vested)
        {
            steps.AddRange(Settle(worker, held.Receipt, held.Price, isChecked: false, default, now));
            steps.Add(new Step.Settle(held.Receipt.Task));
        }

        return steps;
    }

    private List<Step> Reject(Borrowing borrowing, Message.Receipt receipt, string reason, TimeSpan now)
    {
        Neighbour worker = neighbours.Find(borrowing.Worker)!;
        List<TrustRecord.Held> taken = worker.Trust.Strike(borrowing.What.InputDigest, options.StrikesToBan);
        worker.Fail();
        worker.Excluded = reason;
        List<Step> steps =
        [
            new Step.Record(ledger.Strike(borrowing.Worker, receipt.Task, borrowing.What.InputDigest)),
            new Step.Send(borrowing.Worker, new Message.Judgement(receipt.Task, Verdict.Mismatch, borrowing.Nonce)),
            .. taken.Select(held => new Step.TakeBack(held.Receipt.Task)),
            .. requester.End(borrowing, Verdict.Mismatch, new BorrowOutcome.Refused(reason), now),
        ];
        if (worker.Banned)
        {
            foreach (Borrowing other in requester.Of(borrowing.Worker).Where(other => other.Checking is null))
            {
                steps.AddRange(requester.Withdraw(other, new BorrowOutcome.Refused($"{other.Worker} is banned"), now, failed: false));
            }
        }

        return steps;
    }
}
