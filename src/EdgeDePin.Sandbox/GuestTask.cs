using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Sandbox;

/// <summary>One task for a guest, and who wants to hear of it. The callbacks come on the thread that waits for the outcome.</summary>
/// <param name="Module">The WebAssembly module, at most 512 KiB.</param>
/// <param name="Call">What it is asked.</param>
public sealed record GuestTask(byte[] Module, GuestCall Call)
{
    /// <summary>How far the guest says it is: done, of how much. At most ten times a second.</summary>
    public Action<int, int>? Progress { get; init; }

    /// <summary>A state from which another execution of the same call may go on. At most ten times a second.</summary>
    public Action<byte[]>? Checkpoint { get; init; }

    /// <summary>Whether somebody with more right to the processor waits.</summary>
    public Func<bool>? ShouldYield { get; init; }

    /// <summary>Waits until nobody does. The guest's process is stopped meanwhile.</summary>
    public Action? Yield { get; init; }
}
