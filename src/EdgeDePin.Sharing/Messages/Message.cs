using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// What neighbours say to each other. Spans of time are spans, counted from arrival on the receiver's own monotonic clock: two
/// nodes need not agree on what time it is.
/// </summary>
public abstract record Message
{
    /// <summary>Most bytes of an input or an output: 128 KiB, so that a message with its frame passes a hub's 256 KiB.</summary>
    public const int MaxData = 128 * 1024;

    /// <summary>Most bytes of what a node has measured last.</summary>
    public const int MaxLatest = 8 * 1024;

    private Message() { }

    /// <summary>A worker's spare capacity, and its requirements on tasks.</summary>
    /// <param name="Name">For people: 1 to 64 characters.</param>
    /// <param name="FreeSlots">Guest tasks that it would start now.</param>
    /// <param name="Lanes">Its executor's loops, 0 to 1024.</param>
    /// <param name="SpeedPermille">Its speed in thousandths of the reference node's, 1 to 1,000,000.</param>
    /// <param name="ValidFor">Afterwards the offer says nothing; up to an hour.</param>
    /// <param name="Kinds">What it can run, at most 256.</param>
    /// <param name="Price">Millicredits for a million fuel, 0 to 1,000,000,000.</param>
    /// <param name="KeepsFor">How long data of a task stays on its disk; up to a year.</param>
    /// <param name="Purposes">What it works for, at most 8; none is any.</param>
    /// <param name="ReaderKey">X25519, 32 bytes: what is for it alone is sealed to this key.</param>
    /// <param name="Chain">Its certificates: its own, and its sponsor's where that is no root.</param>
    public sealed record Offer(
        string Name, int FreeSlots, int Lanes, int SpeedPermille, TimeSpan ValidFor, IReadOnlyList<TaskKind> Kinds, long Price,
        TimeSpan KeepsFor, IReadOnlyList<string> Purposes, ReadOnlyMemory<byte> ReaderKey, IReadOnlyList<ReadOnlyMemory<byte>> Chain) : Message;

    /// <summary>A requester asks for one attempt of one task; the input follows the lease.</summary>
    /// <param name="InputLength">Bytes, at most <see cref="MaxData"/>.</param>
    /// <param name="FuelLimit">What does not end within this much fuel has failed.</param>
    /// <param name="RunWithin">The worker gives up after this long.</param>
    /// <param name="Price">Millicredits for a million fuel; fixed by this message.</param>
    /// <param name="Newcomer">The worker is new to this requester and so works for half.</param>
    /// <param name="Patience">Where the worker is full it may keep the request this long; 0 declines at once.</param>
    /// <param name="NonceDigest">Of the nonce that will decide, with the commitment, whether the result is checked.</param>
    public sealed record Request(
        TaskId Task, TaskKind Kind, Digest InputDigest, int InputLength, long FuelLimit, TimeSpan RunWithin, long Price, bool Newcomer,
        TimeSpan Patience, TaskPolicy Policy, Digest NonceDigest) : Message;

    /// <summary>The worker takes the task, and keeps the right to while it reports progress at least every <paramref name="Until"/>.</summary>
    /// <param name="Terms">Digest of the request's canonical bytes: what the worker signs that it accepts.</param>
    public sealed record Lease(TaskId Task, TimeSpan Until, Digest Terms) : Message;

    /// <summary>The worker does not run the task, or has stopped running it.</summary>
    /// <param name="Detail">For people: up to 200 characters.</param>
    public sealed record Decline(TaskId Task, DeclineReason Reason, string Detail) : Message;

    /// <summary>What the task computes from; sealed to the worker on its way.</summary>
    public sealed record Input(TaskId Task, ReadOnlyMemory<byte> Data) : Message;

    /// <summary>Extends the lease.</summary>
    /// <param name="Fuel">Burnt so far, as the worker says.</param>
    public sealed record Progress(TaskId Task, long Fuel) : Message;

    /// <summary>Binds the worker to its output before it knows whether that is checked.</summary>
    /// <param name="Commitment">Of task and output.</param>
    /// <param name="Seal">Of worker, task and output: who copies another's commitment has another's seal.</param>
    public sealed record Commit(TaskId Task, Digest Commitment, Digest Seal) : Message;

    /// <summary>The worker's claim of what came out.</summary>
    /// <param name="RunTime">As measured there: to estimate with, never to pay by.</param>
    /// <param name="Signature">Of the worker, over <see cref="ReceiptClaim"/>: evidence for others too. <see cref="ReceiptSignatures"/> makes it when the bundle is put together.</param>
    /// <param name="Output">Sealed to the requester on its way.</param>
    public sealed record Receipt(
        TaskId Task, TaskKind Kind, Digest InputDigest, Digest OutputDigest, long Fuel, TimeSpan RunTime, ReadOnlyMemory<byte> Signature,
        ReadOnlyMemory<byte> Output) : Message;

    /// <summary>The requester's decision on a receipt.</summary>
    /// <param name="Nonce">32 bytes: shows that the draw was honest.</param>
    public sealed record Judgement(TaskId Task, Verdict Verdict, ReadOnlyMemory<byte> Nonce) : Message;

    /// <summary>What a requester owes the receiver in all: a signed voucher, at most 512 bytes.</summary>
    public sealed record Pay : Message
    {
        private readonly Lazy<ReadOnlyMemory<byte>> _voucher;

        public Pay(ReadOnlyMemory<byte> voucher) => _voucher = new(voucher);

        /// <param name="sign">Called when the voucher is looked at: one that a later one replaces before it is sent is never signed.</param>
        internal Pay(Func<ReadOnlyMemory<byte>> sign) => _voucher = new(sign);

        public ReadOnlyMemory<byte> Voucher => _voucher.Value;
    }

    /// <summary>A voucher is durable in the worker's log; until this comes it is said again.</summary>
    /// <param name="Cumulative">Millicredits of the newest voucher that the worker has.</param>
    public sealed record Booked(long Cumulative) : Message;

    /// <summary>What a node has measured last, for a neighbour to compare with; not answered.</summary>
    /// <param name="Data">At most <see cref="MaxLatest"/>; sealed to the neighbour on its way.</param>
    public sealed record Latest(ReadOnlyMemory<byte> Data) : Message;

    /// <summary>The requester no longer wants the task.</summary>
    public sealed record Cancel(TaskId Task) : Message;

    /// <summary>A node shows its receipt log to a witness.</summary>
    /// <param name="Note">A signed note of size and root; at most 4 KiB.</param>
    /// <param name="FromSize">What the witness cosigned last, as far as the node knows.</param>
    /// <param name="Proof">That the log of that size is the beginning of this one; at most 64 hashes.</param>
    public sealed record Checkpoint(string Note, long FromSize, IReadOnlyList<Digest> Proof) : Message;

    /// <summary>The witness's answer.</summary>
    /// <param name="Size">What it has cosigned: the size shown, or the one to prove from.</param>
    /// <param name="Line">Its signature line for the note; empty where a proof is wanted.</param>
    public sealed record Cosignature(long Size, string Line) : Message;
}

/// <summary>A requester's decision on a receipt. The numbers are the protocol's.</summary>
public enum Verdict
{
    /// <summary>Checked and right, or believed long enough: paid.</summary>
    Accepted = 1,

    /// <summary>The output or the fuel is not what the task yields.</summary>
    Mismatch = 2,

    /// <summary>The lease had ended. Late and wrong is late: nobody is blamed.</summary>
    TooLate = 3,

    /// <summary>Nobody asked this worker for this attempt.</summary>
    Unsolicited = 4,

    /// <summary>Taken on trust; paid when enough later checks have passed.</summary>
    Provisional = 5,
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

    /// <summary>Class, purpose, region or retention do not fit this worker.</summary>
    Policy = 9,

    /// <summary>The price is below what the worker asks.</summary>
    Price = 10,

    /// <summary>The requester owes more than this worker lends it.</summary>
    OverLimit = 11,

    /// <summary>The input did not come.</summary>
    NoInput = 12,
}
