using EdgeDePin.Model;

namespace EdgeDePin.Sharing;

/// <summary>What came of giving a task to a neighbour.</summary>
public abstract record BorrowOutcome
{
    private BorrowOutcome() { }

    /// <summary>The task itself came to no result there: it failed, or ran longer than it may. Elsewhere it may do the same.</summary>
    public bool TaskFailed { get; init; }

    /// <param name="RunTime">As the worker reports it: a figure to estimate with, never one to pay by.</param>
    /// <param name="Verified">Run again with the same output. False: taken on trust; it may yet be taken back.</param>
    /// <param name="Bound">P(the output is wrong), at most; 0 where this node ran it again itself.</param>
    /// <param name="Fuel">What it burnt, by which it is paid.</param>
    /// <param name="Cost">Millicredits; paid when it is final.</param>
    public sealed record Accepted(
        ReadOnlyMemory<byte> Output, TimeSpan RunTime, bool Verified, double Bound = 0, long Fuel = 0, long Cost = 0) : BorrowOutcome
    {
        /// <summary>From asking to the lease.</summary>
        public TimeSpan Waited { get; init; }

        /// <summary>From the lease to the receipt, without the run: input and output on their way, and what the worker did beside.</summary>
        public TimeSpan Travelled { get; init; }

        public NodeId Worker { get; init; }

        /// <summary>Ends with true when a result taken on trust is final, with false when it is taken back; null where nobody follows it.</summary>
        public Task<bool>? Final { get; init; }
    }

    /// <summary>The worker does not run it, or its result was wrong: place it elsewhere.</summary>
    public sealed record Refused(string Reason) : BorrowOutcome;

    /// <summary>The worker fell silent, left, or took too long: place it again.</summary>
    public sealed record Lost(string Reason) : BorrowOutcome;
}
