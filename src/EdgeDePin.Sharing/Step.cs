using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>What a protocol object wants done; it does nothing itself. Steps are done in their order.</summary>
public abstract record Step
{
    private Step() { }

    /// <summary>
    /// Whether it says nothing that rests on the log, so that it need not wait for entries that are still on their way to the disk:
    /// asking, leasing and running may go on meanwhile; verdicts, vouchers, checkpoints and answers wait.
    /// </summary>
    internal bool MayGoAhead => this is Announce or StartGuest or StopGuest or CheckLocally or KeepRevocations or Leased or Returned or Burnt or Heard
        or Send { Message: Message.Request or Message.Lease or Message.Decline or Message.Input or Message.Progress or Message.Commit or Message.Receipt or Message.Cancel or Message.Latest };

    public sealed record Send(NodeId To, Message Message) : Step;

    /// <summary>
    /// Make it durable before anything that follows is done, except what <see cref="MayGoAhead"/>: no message may speak of what could
    /// still be forgotten.
    /// </summary>
    public sealed record Record(LedgerEntry Entry) : Step;

    /// <summary>Keep the list of whom the site no longer knows: it must outlast a restart without a broker.</summary>
    public sealed record KeepRevocations(ReadOnlyMemory<byte> List) : Step;

    /// <summary>Renew our own offer.</summary>
    public sealed record Announce(Message.Offer Offer) : Step;

    /// <summary>Run a neighbour's task, then say how it ended.</summary>
    public sealed record StartGuest(GuestTask Guest) : Step;

    /// <summary>Stop it; how it ended is still said afterwards.</summary>
    public sealed record StopGuest(GuestKey Guest) : Step;

    /// <summary>Run a task again here, then say what came out.</summary>
    public sealed record CheckLocally(TaskId Task, TaskKind Kind, ReadOnlyMemory<byte> Input) : Step;

    /// <summary>A neighbour said what it has measured last.</summary>
    public sealed record Heard(NodeId Neighbour, ReadOnlyMemory<byte> Data) : Step;

    /// <summary>A task that was away has ended.</summary>
    public sealed record Conclude(TaskId Task, BorrowOutcome Outcome) : Step;

    /// <summary>A task was leased: the first worker to have room took it.</summary>
    public sealed record Leased(TaskId Task, NodeId Worker) : Step;

    /// <summary>Who had leased a task of a job brought no result, and nobody has it now: it waits for another.</summary>
    public sealed record Returned(TaskId Task, NodeId Worker) : Step;

    /// <summary>A task is getting on, as its worker says.</summary>
    public sealed record Burnt(TaskId Task, long Fuel) : Step;

    /// <summary>A result that was accepted on trust is believed no more: its worker lied elsewhere.</summary>
    public sealed record TakeBack(TaskId Task) : Step;

    /// <summary>A result that was accepted on trust is final.</summary>
    public sealed record Settle(TaskId Task) : Step;

    /// <summary>A task of a job has its result; a later one, after it was taken back, replaces it.</summary>
    public sealed record Answer(uint Task, BorrowOutcome.Accepted Result) : Step;

    /// <summary>A task of a job failed wherever it ran, and is not placed again.</summary>
    public sealed record GiveUp(uint Task, string Reason) : Step;
}

/// <summary>One attempt of one requester: what a worker runs at most once.</summary>
public readonly record struct GuestKey(NodeId Requester, TaskId Task);

/// <summary>A neighbour's task that is to run here.</summary>
/// <param name="RunWithin">It is stopped after this long.</param>
/// <param name="FuelLimit">What burns more has failed.</param>
public sealed record GuestTask(GuestKey Key, TaskKind Kind, ReadOnlyMemory<byte> Input, TimeSpan RunWithin, long FuelLimit = long.MaxValue);
