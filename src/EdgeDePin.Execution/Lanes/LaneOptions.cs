namespace EdgeDePin.Execution.Lanes;

/// <summary>How many threads, and how much they may note.</summary>
public sealed class LaneOptions
{
    /// <summary>The mask of sleeping lanes is one machine word.</summary>
    public const int MaxLanes = 64;

    /// <summary>Threads that run tasks, 1 to 64. Default: one per processor.</summary>
    public int Lanes { get; set; } = Math.Min(Environment.ProcessorCount, MaxLanes);

    /// <summary>Records that each lane keeps for its reader, 2 to 16,777,216 (128 B each). Default 16,384 (2 MiB).</summary>
    public int RingCapacity { get; set; } = 16_384;

    /// <summary>
    /// How far the threads stand back for others on Linux: 0, like everybody, to 19 (setpriority(2)). Elsewhere it does nothing. Default 0.
    /// </summary>
    public int Nice { get; set; }

    /// <exception cref="ArgumentException">An option is outside its range; the message names it.</exception>
    internal LaneOptions Validated()
    {
        if (Lanes is < 1 or > MaxLanes)
        {
            throw new ArgumentException($"{nameof(Lanes)} is {Lanes}; it must be 1 to {MaxLanes}.");
        }

        if (Nice is < 0 or > 19)
        {
            throw new ArgumentException($"{nameof(Nice)} is {Nice}; it must be 0 to 19.");
        }

        return RingCapacity is >= 2 and <= 1 << 24
            ? this
            : throw new ArgumentException($"{nameof(RingCapacity)} is {RingCapacity}; it must be 2 to 16,777,216.");
    }
}
