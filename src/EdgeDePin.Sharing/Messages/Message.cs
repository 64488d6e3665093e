using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// What neighbours say to each other. Spans of time are spans, counted from arrival on the receiver's own monotonic clock: two
/// nodes need not agree on what time it is.
/// </summary>
public abstract record Message
{
    /// <summary>Most bytes of an input or an output: 128 KiB, so that a message with its frame passes a hub's 256 KiB.</summary>
    public const int MaxData = 128 * 1024;

    private Message() { }

    /// <summary>A worker's spare capacity.</summary>
    /// <param name="Name">For people: 1 to 64 characters.</param>
    /// <param name="FreeSlots">Guest tasks that it would start now.</param>
    /// <param name="Lanes">Its executor's loops, 0 to 1024.</param>
    /// <param name="SpeedPermille">Its speed in thousandths of the reference node's, 1 to 1,000,000.</param>
    /// <param name="ValidFor">Afterwards the offer says nothing; up to an hour.</param>
    /// <param name="Kinds">What it can run, at most 256.</param>
    public sealed record Offer(
        string Name, int FreeSlots, int Lanes, int SpeedPermille, TimeSpan ValidFor, IReadOnlyList<TaskKind> Kinds) : Message;

    /// <summary>A requester asks for one attempt of one task.</summary>
    /// <param name="RunWithin">The worker gives up after this long.</param>
    public sealed record Request(
        TaskId Task, TaskKind Kind, Digest InputDigest, TimeSpan RunWithin, ReadOnlyMemory<byte> Input) : Message;

    /// <summary>The worker runs the task, and keeps the right to while it reports progress at least every <paramref name="Until"/>.</summary>
    public sealed record Lease(TaskId Task, TimeSpan Until) : Message;

    /// <summary>The worker does not run the task, or has stopped running it.</summary>
    /// <param name="Detail">For people: up to 200 characters.</param>
    public sealed record Decline(TaskId Task, DeclineReason Reason, string Detail) : Message;

    /// <summary>Extends the lease.</summary>
    public sealed record Progress(TaskId Task) : Message;

    /// <summary>The worker's signed claim of what came out.</summary>
    public sealed record Receipt(
        TaskId Task, TaskKind Kind, Digest InputDigest, Digest OutputDigest, TimeSpan RunTime, ReadOnlyMemory<byte> Output) : Message;

    /// <summary>The requester's decision on a receipt.</summary>
    public sealed record Judgement(TaskId Task, Verdict Verdict) : Message;

    /// <summary>The requester no longer wants the task.</summary>
    public sealed record Cancel(TaskId Task) : Message;
}

/// <summary>A requester's decision on a receipt. The numbers are the protocol's.</summary>
public enum Verdict
{
    Accepted = 1,

    /// <summary>The output is not what the task yields.</summary>
    Mismatch = 2,

    /// <summary>The lease had ended. Late and wrong is late: nobody is blamed.</summary>
    TooLate = 3,

    /// <summary>Nobody asked this worker for this attempt.</summary>
    Unsolicited = 4,
}

/// <summary>Why a worker does not run a task. The numbers are the protocol's.</summary>
public enum DeclineReason
{
    /// <summary>No free slot.</summary>
    Busy = 1,
    UnknownKind = 2,

    /// <summary>The input does not have the digest that the request names.</summary>
    BadInput = 3,

    /// <summary>The id was used for another input before, or its attempt was stopped.</summary>
    Spent = 4,

    /// <summary>The worker does not lend to this requester.</summary>
    Unwelcome = 5,

    /// <summary>The host took its machine back.</summary>
    Withdrawn = 6,

    /// <summary>The task ended without a result.</summary>
    Failed = 7,

    /// <summary>It ran longer than the request allows.</summary>
    TookTooLong = 8,
}
