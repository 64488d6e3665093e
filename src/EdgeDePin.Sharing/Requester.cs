using System.Security.Cryptography;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Sharing;

/// <summary>
/// Our tasks at neighbours: asks, holds the lease while the worker reports, and hands the receipt to the <see cref="Judge"/>.
/// Every attempt that was submitted is concluded exactly once. Time and, where a run is to repeat itself, chance come in, steps come out; one thread.
/// </summary>
public sealed class Requester
{
    /// <summary>Ended attempts that are remembered: what a full table of neighbours could still answer late.</summary>
    public const int Remembered = 1024;

    private readonly SharingOptions _options;
    private readonly NeighbourTable _neighbours;
    private readonly NodeLedger _ledger;
    private readonly Func<byte[]> _nonces;
    private readonly ulong _job;
    private readonly Dictionary<TaskId, Borrowing> _open = [];
    private readonly RecentlyEnded<TaskId, (NodeId Worker, Verdict Verdict, byte[] Nonce)> _ended = new(Remembered);
    private uint _lastTask;

    /// <param name="job">Never used before by this node.</param>
    /// <param name="nonces">
    /// 32 bytes each, which decide on checks: the system's randomness by default, because whoever can guess them knows which of
    /// its lies would be seen. A simulation that is to repeat itself gives its own.
    /// </param>
    public Requester(
        SharingOptions options, NodeIdentity identity, NeighbourTable neighbours, NodeLedger ledger, ulong job, Func<byte[]>? nonces = null)
    {
        (_options, _neighbours, _ledger, _job) = (options, neighbours, ledger, job);
        _nonces = nonces ?? (() => RandomNumberGenerator.GetBytes(Digest.Length));
        Judge = new Judge(options, identity, neighbours, ledger, this);
    }

    /// <summary>What the site says of this node.</summary>
    public Member Self { get; set; } = new("", default, "", MemberRoles.None, DateTimeOffset.MaxValue, Certified: false);

    /// <summary>Attempts that are away, checks included.</summary>
    public int Open => _open.Count;

    internal Judge Judge { get; }

    /// <summary>A name for a task that is new; attempts count up from it.</summary>
    /// <summary>The first part of the names of all tasks of this start.</summary>
    public ulong Job => _job;

    public TaskId NewTask() => new(_job, ++_lastTask, 0);

    /// <summary>Gives a task to a worker; what can be refused at once is concluded in the steps returned.</summary>
    /// <param name="previous">The attempt before, where the task is placed again.</param>
    public IReadOnlyList<Step> Submit(Assignment what, NodeId worker, TimeSpan now, out TaskId task, TaskId? previous = null)
    {
        task = (previous ?? NewTask()).Next;
        return WhyNot(what, worker, now) is { } reason
            ? [new Step.Conclude(task, new BorrowOutcome.Refused(reason))]
            : Ask(what, _neighbours.Find(worker)!, task, now, TimeSpan.Zero);
    }

    /// <summary>Why this worker cannot have this task now; null where it can.</summary>
    public string? WhyNot(Assignment what, NodeId worker, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(what);
        Neighbour? neighbour = _neighbours.Find(worker);
        return what.Input.Length > Message.MaxData ? $"an input of {what.Input.Length} bytes does not travel; at most {Message.MaxData}"
            : _open.Count >= _options.MaxBorrowed ? $"{_open.Count} tasks are away already (Sharing:MaxBorrowed)"
            : neighbour is null ? $"no offer of {worker} has been heard"
            : WhyNot(what, neighbour, now);
    }

    /// <summary>Takes one of a worker's messages: Lease, Decline, Progress, Commit or Receipt.</summary>
    public IReadOnlyList<Step> Receive(NodeId from, Message message, TimeSpan now) => message switch
    {
        Message.Lease lease => Lease(from, lease, now),
        Message.Progress progress => Progress(from, progress, now),
        Message.Decline decline => Decline(from, decline, now),
        Message.Commit commit => Commit(from, commit),
        Message.Receipt receipt => Receive(from, receipt, now),
        Message.Booked booked => Judge.Booked(from, booked.Cumulative),
        _ => [],
    };

    /// <summary>The result of a <see cref="Step.CheckLocally"/>.</summary>
    /// <param name="own">Null where the task could not be run here.</param>
    public IReadOnlyList<Step> CheckEnded(TaskId task, OwnResult? own, TimeSpan now) =>
        _open.TryGetValue(task, out Borrowing? borrowing) && borrowing.Checking is not null ? Judge.Compare(borrowing, own, now) : [];

    /// <summary>Nobody waits for the task any more.</summary>
    /// <param name="raced">What another attempt burnt that was first: up to this, the fuel that this worker reported is paid. 0 where none was.</param>
    public IReadOnlyList<Step> Cancel(TaskId task, TimeSpan now, long raced = 0) =>
        !_open.TryGetValue(task, out Borrowing? borrowing) ? []
        : [.. raced > 0 ? Judge.PayProgress(borrowing, raced, now) : [], .. Withdraw(borrowing, new BorrowOutcome.Lost("cancelled"), now, failed: false)];

    /// <summary>A worker left: what it has is lost at once, except receipts that are being checked.</summary>
    public IReadOnlyList<Step> Leave(NodeId worker, TimeSpan now) =>
        [.. Of(worker).Where(borrowing => borrowing.Checking is null)
            .SelectMany(borrowing => Lose(borrowing, $"{worker} left", now, tell: false))];

    /// <summary>What time alone changes; call it at least every half second.</summary>
    public IReadOnlyList<Step> Tick(TimeSpan now) =>
        _open.Count == 0 ? Judge.Tick(now) : [.. _open.Values.ToArray().SelectMany(borrowing => Tick(borrowing, now)), .. Judge.Tick(now)];

    internal IEnumerable<Borrowing> Away => _open.Values;

    internal Borrowing? Find(TaskId task) => _open.GetValueOrDefault(task);

    internal Borrowing[] Of(NodeId worker) => [.. _open.Values.Where(borrowing => borrowing.Worker == worker)];

    internal string? WhyNot(Assignment what, Neighbour neighbour, TimeSpan now) => neighbour.Excluded =
        neighbour.State(now) is var state and not NeighbourState.Present ? $"{neighbour.Id} is {state}"
        : Placement.WhyNotThere(
            Self, neighbour.Member!, neighbour.Offer!, what.Kind,
            _options.Planted == PlantedBug.LeakedClass ? what.Policy with { Class = DataClass.Public } : what.Policy, what.MaxPrice);

    /// <summary>Sends a request that was found to fit.</summary>
    /// <param name="patience">How long a full worker may keep it.</param>
    internal IReadOnlyList<Step> Ask(
        Assignment what, Neighbour worker, TaskId task, TimeSpan now, TimeSpan patience, TaskId? checks = null, OwnResult? known = null)
    {
        // A newcomer has no profit, or a new name would be worth as much as an old one.
        bool newcomer = worker.Trust.Passed < _options.ChecksOfNewcomer;
        long asked = worker.Offer!.Price;
        var borrowing = new Borrowing(task, what, worker.Id, _options.Allowance(what.Expected), _nonces(), now)
        {
            Price = newcomer ? (asked + 1) / 2 : asked,
            Newcomer = newcomer,
            Patience = patience,
            Checks = checks,
            Known = known,
            Trusted = what.Policy.Class == DataClass.Owner,
        };
        _open.Add(task, borrowing);
        worker.InFlight++;
        return [new Step.Send(worker.Id, borrowing.Request)];
    }

    internal IReadOnlyList<Step> End(Borrowing borrowing, Verdict verdict, BorrowOutcome outcome, TimeSpan now)
    {
        _open.Remove(borrowing.Task);
        _ended.Add(borrowing.Task, (borrowing.Worker, verdict, borrowing.Nonce));
        _neighbours.Find(borrowing.Worker)!.InFlight--;
        // A check that brought no answer is made again elsewhere; one that did was compared before it ended.
        return borrowing.Checks is { } main && outcome is not BorrowOutcome.Accepted && Find(main) is { } waiting
            ? Judge.CheckAgain(waiting, now)
            : borrowing.Checks is null ? [new Step.Conclude(borrowing.Task, outcome)] : [];
    }

    internal IReadOnlyList<Step> Withdraw(Borrowing borrowing, BorrowOutcome outcome, TimeSpan now, bool failed)
    {
        if (failed)
        {
            _neighbours.Find(borrowing.Worker)!.Fail();
        }

        return [new Step.Send(borrowing.Worker, new Message.Cancel(borrowing.Task)), .. End(borrowing, Verdict.TooLate, outcome, now)];
    }

    private Borrowing? Find(NodeId from, TaskId task) =>
        _open.TryGetValue(task, out Borrowing? borrowing) && borrowing.Worker == from ? borrowing : null;

    private IReadOnlyList<Step> Lease(NodeId from, Message.Lease lease, TimeSpan now)
    {
        if (Find(from, lease.Task) is not { } borrowing)
        {
            return [new Step.Send(from, new Message.Cancel(lease.Task))];
        }

        if (lease.Terms != ReceiptClaim.Terms(borrowing.Request))
        {
            return Withdraw(borrowing, new BorrowOutcome.Refused($"{from} signed other terms than were asked"), now, failed: true);
        }

        var input = new Step.Send(from, new Message.Input(borrowing.Task, borrowing.What.Input));
        if (!borrowing.Hear(now))
        {
            // Said again: the input was lost on its way.
            return [input];
        }

        _neighbours.Find(from)!.Grant(now - borrowing.SubmittedAt);
        return [input, new Step.Leased(borrowing.Task, from)];
    }

    private Step[] Progress(NodeId from, Message.Progress progress, TimeSpan now)
    {
        if (Find(from, progress.Task) is { Leased: true } borrowing)
        {
            borrowing.Hear(now);
            borrowing.Fuel = Math.Max(borrowing.Fuel, Math.Min(progress.Fuel, borrowing.What.FuelLimit));
            return [new Step.Burnt(borrowing.Task, borrowing.Fuel)];
        }

        return [];
    }

    private IReadOnlyList<Step> Decline(NodeId from, Message.Decline decline, TimeSpan now)
    {
        if (Find(from, decline.Task) is not { Checking: null } borrowing)
        {
            return [];
        }

        Neighbour worker = _neighbours.Find(from)!;
        worker.Declined++;
        worker.Excluded = $"{from} declined ({decline.Reason}): {decline.Detail}";
        if (borrowing.Leased)
        {
            worker.Fail();
        }

        var refused = new BorrowOutcome.Refused(worker.Excluded) { TaskFailed = decline.Reason is DeclineReason.Failed or DeclineReason.TookTooLong };
        return End(borrowing, Verdict.TooLate, refused, now);
    }

    private Step[] Commit(NodeId from, Message.Commit commit)
    {
        // The first one binds; a second one would be a change of mind.
        if (Find(from, commit.Task) is { } borrowing)
        {
            borrowing.Commit ??= commit;
        }

        return [];
    }

    private IReadOnlyList<Step> Receive(NodeId from, Message.Receipt receipt, TimeSpan now)
    {
        if (Find(from, receipt.Task) is not { } borrowing)
        {
            return Answer(from, receipt, now);
        }

        if (borrowing.Checking is not null)
        {
            return [];
        }

        if (WhyLost(borrowing, now) is { } reason && _options.Planted != PlantedBug.AcceptAfterExpiry)
        {
            return [new Step.Send(from, new Message.Judgement(receipt.Task, Verdict.TooLate, borrowing.Nonce)), .. Lose(borrowing, reason, now, tell: false)];
        }

        borrowing.DeliveredAt = now;
        return Judge.Decide(borrowing, receipt, now);
    }

    // It comes again because our answer was lost, or this node was; what is in the log says what the answer was.
    private IReadOnlyList<Step> Answer(NodeId from, Message.Receipt receipt, TimeSpan now)
    {
        bool known = _ended.TryGet(receipt.Task, out (NodeId Worker, Verdict Verdict, byte[] Nonce) ended) && ended.Worker == from;
        Verdict verdict = _ledger.Settled(from, receipt.Task) ?? (known ? ended.Verdict : Verdict.Unsolicited);
        return
        [
            .. _options.Planted == PlantedBug.DoublePay && verdict == Verdict.Accepted ? Judge.PayTwice(from, receipt, now) : [],
            new Step.Send(from, new Message.Judgement(receipt.Task, verdict, known ? ended.Nonce : default(ReadOnlyMemory<byte>))),
            .. Judge.Owed(from),
        ];
    }

    private IReadOnlyList<Step> Tick(Borrowing borrowing, TimeSpan now)
    {
        if (WhyLost(borrowing, now) is { } reason)
        {
            if (_options.Planted == PlantedBug.LostLease && borrowing.Leased)
            {
                _open.Remove(borrowing.Task);
                return [];
            }

            return Lose(borrowing, reason, now, tell: true);
        }

        if (borrowing.Leased || borrowing.Checking is not null || now - borrowing.AskedAt < _options.ProgressEvery)
        {
            return [];
        }

        borrowing.AskedAt = now;
        return [new Step.Send(borrowing.Worker, borrowing.Request)];
    }

    private string? WhyLost(Borrowing borrowing, TimeSpan now) =>
        now > borrowing.GiveUpAt ? $"{borrowing.Worker} took longer than {borrowing.Allowance}"
        : borrowing.Checking is null && now - borrowing.HeardAt > _options.LeaseHolds + (borrowing.Leased ? TimeSpan.Zero : borrowing.Patience)
            ? $"{borrowing.Worker} has been silent for {_options.LeaseHolds}"
        : null;

    private IReadOnlyList<Step> Lose(Borrowing borrowing, string reason, TimeSpan now, bool tell)
    {
        Neighbour worker = _neighbours.Find(borrowing.Worker)!;
        worker.Lost++;
        worker.Fail();
        // Only where the lease came early was the task what took so long; otherwise it was the waiting.
        bool ran = borrowing is { Leased: true, Checking: null } && now > borrowing.GiveUpAt
            && borrowing.HeardFirst - borrowing.SubmittedAt < borrowing.Allowance / 4;
        var lost = new BorrowOutcome.Lost(reason) { TaskFailed = ran };
        return tell ? Withdraw(borrowing, lost, now, failed: false) : End(borrowing, Verdict.TooLate, lost, now);
    }
}
