namespace EdgeDePin.Sharing;

/// <summary>What came of giving a task to a neighbour.</summary>
public abstract record BorrowOutcome
{
    private BorrowOutcome() { }

    /// <param name="RunTime">As the worker reports it: a figure to estimate with, never one to pay by.</param>
    /// <param name="Verified">Run again here with the same output. False: accepted on the worker's record, unchecked.</param>
    public sealed record Accepted(ReadOnlyMemory<byte> Output, TimeSpan RunTime, bool Verified) : BorrowOutcome;

    /// <summary>The worker does not run it, or its result was wrong: place it elsewhere.</summary>
    public sealed record Refused(string Reason) : BorrowOutcome;

    /// <summary>The worker fell silent, left, or took too long: place it again.</summary>
    public sealed record Lost(string Reason) : BorrowOutcome;
}
