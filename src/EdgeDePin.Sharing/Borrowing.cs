using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>One attempt of a task of ours that is away.</summary>
internal sealed class Borrowing(TaskId task, Assignment what, NodeId worker, TimeSpan allowance, byte[] nonce, TimeSpan now)
{
    public TaskId Task { get; } = task;
    public Assignment What { get; } = what;
    public NodeId Worker { get; } = worker;
    public TimeSpan Allowance { get; } = allowance;

    /// <summary>Decides, with the worker's commitment, whether the result is checked; 32 bytes, told with the verdict.</summary>
    public byte[] Nonce { get; } = nonce;
    public TimeSpan SubmittedAt { get; } = now;
    public TimeSpan AskedAt { get; set; } = now;
    public TimeSpan HeardAt { get; private set; } = now;
    public TimeSpan GiveUpAt { get; private set; } = now + allowance;
    public bool Leased { get; private set; }

    /// <summary>When the lease came.</summary>
    public TimeSpan HeardFirst { get; private set; }
    /// <summary>When the receipt came.</summary>
    public TimeSpan DeliveredAt { get; set; }
    public required long Price { get; init; }
    public required bool Newcomer { get; init; }
    public required TimeSpan Patience { get; init; }

    /// <summary>The attempt whose result this one checks; null for ordinary work.</summary>
    public TaskId? Checks { get; init; }

    /// <summary>Both worker and requester belong to one owner, who does not check himself.</summary>
    public bool Trusted { get; init; }

    /// <summary>What must come out, where it is known already: a task that was planted to test its worker.</summary>
    public OwnResult? Known { get; init; }

    public long Fuel { get; set; }
    public Message.Commit? Commit { get; set; }

    /// <summary>The receipt that is being checked; with it in hand, the worker's silence no longer matters.</summary>
    public Message.Receipt? Checking { get; private set; }

    /// <summary>The attempt that is to confirm <see cref="Checking"/>; null while it is checked here.</summary>
    public TaskId? CheckedBy { get; set; }

    public int CheckAttempts { get; set; }

    public Message.Request Request => new(
        Task, What.Kind, What.InputDigest, What.Input.Length, What.FuelLimit, Allowance, Price, Newcomer, Patience, What.Policy,
        Digest.Of(Nonce));

    /// <summary>True the first time.</summary>
    public bool Hear(TimeSpan now)
    {
        bool first = !Leased;
        HeardFirst = first ? now : HeardFirst;
        Leased = true;
        HeardAt = now;
        return first;
    }

    public void Check(Message.Receipt receipt, TimeSpan now)
    {
        Checking = receipt;
        // Its check may be lost and made again.
        GiveUpAt = now + 4 * Allowance;
    }
}
