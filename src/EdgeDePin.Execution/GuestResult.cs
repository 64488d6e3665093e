namespace EdgeDePin.Execution;

/// <summary>What came of work for a neighbour.</summary>
public abstract record GuestResult
{
    private GuestResult()
    {
    }

    /// <param name="Started">When the function began (UTC).</param>
    public sealed record Done(byte[] Output, TimeSpan RunTime, DateTimeOffset Started) : GuestResult;

    /// <summary>Not taken: no such kind, not lendable, no packed input, or the node is full.</summary>
    public sealed record Refused(string Reason) : GuestResult;

    /// <summary>The function threw.</summary>
    public sealed record Failed(string Cause) : GuestResult;
}
