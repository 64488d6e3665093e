namespace EdgeDePin.Storage;

/// <summary>How far a <see cref="PointShift"/> has come, so that one which a disk broke off goes on from there.</summary>
/// <param name="after">The sequence before the first one of the shift.</param>
public sealed class ShiftProgress(long after)
{
    /// <summary>What is stored up to this sequence is durable at its right instant, too.</summary>
    public long Cursor { get; internal set; } = after;

    /// <summary>Points stored at their right instants.</summary>
    public long Moved { get; internal set; }

    /// <summary>Whether nothing is left at the wrong instants.</summary>
    public bool IsDone { get; internal set; }
}
