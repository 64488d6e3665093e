using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>
/// Our tasks at neighbours: asks, holds the lease while the worker reports, and decides on the receipt. Some results, drawn
/// only after they arrived, are run again here; a worker cannot know which. Every task that was submitted is concluded exactly
/// once. Pure: time and chance come in, steps come out; one thread.
/// </summary>
/// <param name="job">Never used before by this node.</param>
public sealed class Requester(SharingOptions options, NeighbourTable neighbours, ulong job, Random random)
{
    /// <summary>Ended tasks that are remembered: what a full table of neighbours could still answer late.</summary>
    public const int Remembered = 1024;

    private readonly Dictionary<TaskId, Borrowing> _open = [];
    private readonly RecentlyEnded<TaskId, (NodeId Worker, Verdict Verdict)> _ended = new(Remembered);
    private uint _lastTask;

    /// <summary>Tasks that are away.</summary>
    public int Open => _open.Count;

    /// <summary>Gives a task to a worker; what can be refused at once is concluded in the steps returned.</summary>
    /// <param name="previous">The attempt before, where the task is placed again.</param>
    public IReadOnlyList<Step> Submit(
        TaskKind kind, ReadOnlyMemory<byte> input, NodeId worker, TimeSpan expectedRunTime, TimeSpan now, out TaskId task,
        TaskId? previous = null)
    {
        task = previous?.Next ?? new TaskId(job, ++_lastTask, 1);
        if (WhyNot(kind, input.Length, worker, now) is { } reason)
        {
            return [new Step.Conclude(task, new BorrowOutcome.Refused(reason))];
        }

        var borrowing = new Borrowing(task, kind, input, worker, options.Allowance(expectedRunTime), now);
        _open.Add(task, borrowing);
        neighbours.Find(worker)!.Place();
        return [new Step.Send(worker, borrowing.Request)];
    }

    /// <summary>Takes one of a worker's messages: Lease, Decline, Progress or Receipt.</summary>
    public IReadOnlyList<Step> Receive(NodeId from, Message message, TimeSpan now) => message switch
    {
        Message.Lease lease => Hear(from, lease.Task, now),
        Message.Progress progress => Hear(from, progress.Task, now),
        Message.Decline decline => Decline(from, decline),
        Message.Receipt receipt => Decide(from, receipt, now),
        _ => [],
    };

    /// <summary>The result of a <see cref="Step.CheckLocally"/>.</summary>
    /// <param name="digest">Null where the task could not be run here.</param>
    public IReadOnlyList<Step> CheckEnded(TaskId task, Digest? digest)
    {
        if (!_open.TryGetValue(task, out Borrowing? borrowing) || borrowing.Checking is not { } receipt)
        {
            return [];
        }

        return digest is null ? Withdraw(borrowing, new BorrowOutcome.Refused("the result could not be checked here"))
            : digest == receipt.OutputDigest ? Accept(borrowing, receipt, verified: true)
            : Reject(borrowing, $"{borrowing.Worker} answered {receipt.OutputDigest}, {digest} is right");
    }

    /// <summary>Nobody waits for the task any more.</summary>
    public IReadOnlyList<Step> Cancel(TaskId task) =>
        _open.TryGetValue(task, out Borrowing? borrowing) ? Withdraw(borrowing, new BorrowOutcome.Lost("cancelled")) : [];

    /// <summary>A worker left: what it has is lost at once, except receipts that are being checked.</summary>
    public IReadOnlyList<Step> Leave(NodeId worker) =>
        [.. Of(worker).Where(borrowing => borrowing.Checking is null)
            .SelectMany(borrowing => End(borrowing, Verdict.TooLate, new BorrowOutcome.Lost($"{worker} left")))];

    /// <summary>What time alone changes; call it at least every half second.</summary>
    public IReadOnlyList<Step> Tick(TimeSpan now) =>
        [.. _open.Values.ToArray().SelectMany(borrowing => WhyLost(borrowing, now) is { } reason
            ? Withdraw(borrowing, new BorrowOutcome.Lost(reason))
            : AskAgain(borrowing, now))];

    private string? WhyNot(TaskKind kind, int inputLength, NodeId worker, TimeSpan now)
    {
        Neighbour? neighbour = neighbours.Find(worker);
        return inputLength > Message.MaxData ? $"an input of {inputLength} bytes does not travel; at most {Message.MaxData}"
            : _open.Count >= options.MaxBorrowed ? $"{_open.Count} tasks are away already (Sharing:MaxBorrowed)"
            : neighbour is null ? $"no offer of {worker} has been heard"
            : neighbour.State(now) is var state and not NeighbourState.Present ? $"{worker} is {state}"
            : !neighbour.Offer!.Kinds.Contains(kind) ? $"{worker} does not offer {kind}"
            : null;
    }

    private Step[] Hear(NodeId from, TaskId task, TimeSpan now)
    {
        if (!_open.TryGetValue(task, out Borrowing? borrowing) || borrowing.Worker != from)
        {
            // We gave up, or started anew: the worker need not go on.
            return [new Step.Send(from, new Message.Cancel(task))];
        }

        if (borrowing.Hear(now))
        {
            neighbours.Find(from)?.Grant(now - borrowing.SubmittedAt);
        }

        return [];
    }

    private Step[] Decline(NodeId from, Message.Decline decline)
    {
        if (!_open.TryGetValue(decline.Task, out Borrowing? borrowing) || borrowing.Worker != from || borrowing.Checking is not null)
        {
            return [];
        }

        neighbours.Find(from)!.Declined++;
        return End(borrowing, Verdict.TooLate, new BorrowOutcome.Refused($"{from} declined ({decline.Reason}): {decline.Detail}"));
    }

    private Step[] Decide(NodeId from, Message.Receipt receipt, TimeSpan now)
    {
        if (!_open.TryGetValue(receipt.Task, out Borrowing? borrowing) || borrowing.Worker != from)
        {
            bool known = _ended.TryGet(receipt.Task, out (NodeId Worker, Verdict Verdict) ended) && ended.Worker == from;
            return [Tell(from, receipt.Task, known ? ended.Verdict : Verdict.Unsolicited)];
        }

        if (borrowing.Checking is not null)
        {
            return [];
        }

        if (WhyLost(borrowing, now) is { } reason)
        {
            return [Tell(from, receipt.Task, Verdict.TooLate), .. Withdraw(borrowing, new BorrowOutcome.Lost(reason))];
        }

        if (receipt.Kind != borrowing.Kind || receipt.InputDigest != borrowing.InputDigest
            || Digest.Of(receipt.Output.Span) != receipt.OutputDigest)
        {
            return Reject(borrowing, $"{from} signed a receipt that does not fit its request");
        }

        bool newcomer = neighbours.Find(from)!.ChecksPassed < options.ChecksOfNewcomer;
        if (!newcomer && random.NextDouble() >= options.CheckShare)
        {
            return Accept(borrowing, receipt, verified: false);
        }

        borrowing.Check(receipt, now);
        return [new Step.CheckLocally(borrowing.Task, borrowing.Kind, borrowing.Input)];
    }

    private Step[] Accept(Borrowing borrowing, Message.Receipt receipt, bool verified)
    {
        // One that was banned meanwhile has no record to be believed on.
        if (!verified && neighbours.IsBanned(borrowing.Worker))
        {
            return Withdraw(borrowing, new BorrowOutcome.Refused($"{borrowing.Worker} is banned"));
        }

        neighbours.Find(borrowing.Worker)!.Accept(receipt.RunTime, verified);
        return
        [
            Tell(borrowing.Worker, borrowing.Task, Verdict.Accepted),
            .. End(borrowing, Verdict.Accepted, new BorrowOutcome.Accepted(receipt.Output, receipt.RunTime, verified)),
        ];
    }

    private Step[] Reject(Borrowing borrowing, string reason)
    {
        neighbours.Find(borrowing.Worker)!.Strike(borrowing.InputDigest, options.StrikesToBan);
        Step[] rejected =
        [
            Tell(borrowing.Worker, borrowing.Task, Verdict.Mismatch),
            .. End(borrowing, Verdict.Mismatch, new BorrowOutcome.Refused(reason)),
        ];
        return neighbours.IsBanned(borrowing.Worker)
            ? [.. rejected, .. Of(borrowing.Worker).Where(other => other.Checking is null)
                .SelectMany(other => Withdraw(other, new BorrowOutcome.Refused($"{other.Worker} is banned")))]
            : rejected;
    }

    private string? WhyLost(Borrowing borrowing, TimeSpan now) =>
        now > borrowing.GiveUpAt ? $"{borrowing.Worker} took longer than {borrowing.Allowance}"
        : borrowing.Checking is null && now - borrowing.HeardAt > options.LeaseHolds
            ? $"{borrowing.Worker} has been silent for {options.LeaseHolds}"
        : null;

    private Step[] AskAgain(Borrowing borrowing, TimeSpan now)
    {
        if (borrowing.Leased || borrowing.Checking is not null || now - borrowing.AskedAt < options.ProgressEvery)
        {
            return [];
        }

        borrowing.AskedAt = now;
        return [new Step.Send(borrowing.Worker, borrowing.Request)];
    }

    private Step[] Withdraw(Borrowing borrowing, BorrowOutcome outcome) =>
        [new Step.Send(borrowing.Worker, new Message.Cancel(borrowing.Task)), .. End(borrowing, Verdict.TooLate, outcome)];

    private Step[] End(Borrowing borrowing, Verdict verdict, BorrowOutcome outcome)
    {
        _open.Remove(borrowing.Task);
        _ended.Add(borrowing.Task, (borrowing.Worker, verdict));
        if (outcome is BorrowOutcome.Lost)
        {
            neighbours.Find(borrowing.Worker)!.Lost++;
        }

        return [new Step.Conclude(borrowing.Task, outcome)];
    }

    private Borrowing[] Of(NodeId worker) => [.. _open.Values.Where(borrowing => borrowing.Worker == worker)];

    private static Step.Send Tell(NodeId worker, TaskId task, Verdict verdict) => new(worker, new Message.Judgement(task, verdict));
}
