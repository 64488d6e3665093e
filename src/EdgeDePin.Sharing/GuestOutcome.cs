namespace EdgeDePin.Sharing;

/// <summary>What came of running a neighbour's task here.</summary>
public abstract record GuestOutcome
{
    private GuestOutcome() { }

    /// <param name="Output">At most 128 KiB.</param>
    /// <param name="RunTime">How long it ran, without waiting.</param>
    public sealed record Done(ReadOnlyMemory<byte> Output, TimeSpan RunTime) : GuestOutcome;

    /// <summary>The host did not want to, or took its machine back.</summary>
    public sealed record Declined(string Reason) : GuestOutcome;

    /// <summary>The task itself has no result: its input is invalid, or it broke a limit.</summary>
    public sealed record Failed(string Reason) : GuestOutcome;
}
