namespace EdgeDePin.Node.Clocks;

/// <summary>What the instants of readings rest on.</summary>
public enum ClockState
{
    /// <summary>Nothing yet: readings wait.</summary>
    Held,

    /// <summary>The newest reading in the store, since the clock on the wall cannot be right.</summary>
    Assumed,

    /// <summary>A clock on the wall that can be right.</summary>
    Unsynchronised,

    /// <summary>A clock on the wall of which the kernel knows that it is right.</summary>
    Synchronised,
}

/// <summary>By which clock readings were stamped from a place in the store on.</summary>
/// <param name="BootedAt">When the device started by that clock: uptime added to it is an instant.</param>
/// <param name="After">The sequence after which the store has such readings.</param>
/// <param name="IsOther">What follows was stamped by another device, or another start of this one, and is not ours to move.</param>
internal sealed record ClockSpan(DateTimeOffset BootedAt, ClockState State, long After, bool IsOther = false);
