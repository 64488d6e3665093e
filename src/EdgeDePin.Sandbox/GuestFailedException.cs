using EdgeDePin.Sandbox.Guests;

namespace EdgeDePin.Sandbox;

/// <summary>A guest has no result; to the executor this is how a task fails.</summary>
public sealed class GuestFailedException(GuestFailure why, string message, long fuel) : Exception($"{why}: {message}")
{
    public GuestFailure Why { get; } = why;

    /// <summary>What it used until then.</summary>
    public long Fuel { get; } = fuel;
}
