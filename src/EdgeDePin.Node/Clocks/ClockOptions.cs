using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node.Clocks;

/// <summary>What to think of the clock on the wall. Section <c>Clock</c> of the configuration.</summary>
public sealed class ClockOptions
{
    /// <summary>Whether readings of a wrong clock are held, and brought to their right instants when it is set. Default yes.</summary>
    public bool Correct { get; set; } = true;

    /// <summary>
    /// Before this instant it cannot be. Default: when this program was built. A clock that says so was never set, or forgot.
    /// </summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>
    /// By how much the clock must have been set for readings to be moved, in seconds. Default 2, so that a leap second moves nothing.
    /// </summary>
    [Range(0.1, 86_400)]
    public double StepSeconds { get; set; } = 2;

    /// <summary>
    /// How long readings are held for a clock that cannot be right, in seconds. Default 600. Then they are stored as if the device had
    /// started right after the newest reading in the store, marked, and moved if the clock is set later.
    /// </summary>
    [Range(0, 86_400)]
    public double HoldSeconds { get; set; } = 600;

    /// <summary>
    /// Whether to believe the kernel that the clock is kept right. Default yes; then readings that were taken meanwhile are never moved.
    /// </summary>
    public bool AskKernel { get; set; } = true;
}
