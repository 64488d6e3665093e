namespace EdgeDePin.Sharing;

/// <summary>What came of running a neighbour's task here.</summary>
public abstract record GuestOutcome
{
    private GuestOutcome() { }

    /// <param name="Output">At most 128 KiB.</param>
    /// <param name="RunTime">How long it ran, without waiting.</param>
    /// <param name="Fuel">What it burnt: the same wherever the task runs.</param>
    public sealed record Done(ReadOnlyMemory<byte> Output, TimeSpan RunTime, long Fuel = 0) : GuestOutcome;

    /// <summary>The host did not want to, or took its machine back.</summary>
    public sealed record Declined(string Reason) : GuestOutcome;

    /// <summary>The task itself has no result: its input is invalid, or it broke a limit.</summary>
    public sealed record Failed(string Reason) : GuestOutcome;
}

/// <summary>What a task yields when this node runs it itself.</summary>
/// <param name="Fuel">What it burnt.</param>
public readonly record struct OwnResult(Model.Digest Output, long Fuel);
