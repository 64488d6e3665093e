using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>A task of ours that is away.</summary>
internal sealed class Borrowing(TaskId task, TaskKind kind, ReadOnlyMemory<byte> input, NodeId worker, TimeSpan allowance, TimeSpan now)
{
    public TaskId Task { get; } = task;
    public TaskKind Kind { get; } = kind;
    public ReadOnlyMemory<byte> Input { get; } = input;
    public Digest InputDigest { get; } = Digest.Of(input.Span);
    public NodeId Worker { get; } = worker;
    public TimeSpan Allowance { get; } = allowance;
    public TimeSpan SubmittedAt { get; } = now;
    public TimeSpan AskedAt { get; set; } = now;
    public TimeSpan HeardAt { get; private set; } = now;
    public TimeSpan GiveUpAt { get; private set; } = now + allowance;
    public bool Leased { get; private set; }

    /// <summary>The receipt that is being checked; with it in hand, the worker's silence no longer matters.</summary>
    public Message.Receipt? Checking { get; private set; }

    public Message.Request Request => new(Task, Kind, InputDigest, Allowance, Input);

    /// <summary>True the first time.</summary>
    public bool Hear(TimeSpan now)
    {
        bool first = !Leased;
        Leased = true;
        HeardAt = now;
        return first;
    }

    public void Check(Message.Receipt receipt, TimeSpan now)
    {
        Checking = receipt;
        GiveUpAt = now + Allowance;
    }
}
