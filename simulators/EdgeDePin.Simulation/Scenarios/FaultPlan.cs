using EdgeDePin.Simulation.Buses;

namespace EdgeDePin.Simulation.Scenarios;

/// <summary>Which questions on a bus go wrong, and how: the same for the same seed.</summary>
/// <param name="seed">Of this bus alone: each has its own plan.</param>
/// <param name="probability">Of a fault per question, 0 to 1.</param>
public sealed class FaultPlan(int seed, double probability)
{
    private readonly Random _random = new(seed);

    /// <summary>A bus on which all goes well.</summary>
    public static FaultPlan None => new(0, 0);

    /// <summary>What a fault plan forces upon the next question, once; for tests.</summary>
    public BusFault? Forced { get; set; }

    /// <summary>What every question meets from now on, until it is set back.</summary>
    public BusFault Always { get; set; }

    public BusFault Next()
    {
        if (Always != BusFault.None)
        {
            return Always;
        }

        if (Forced is { } forced)
        {
            Forced = null;
            return forced;
        }

        return _random.NextDouble() < probability ? (BusFault)_random.Next(1, 4) : BusFault.None;
    }

    /// <summary>The answer as it arrives: whole, with a bit inverted, cut, or not at all.</summary>
    public byte[] Disturb(byte[] answer, BusFault fault) => fault switch
    {
        BusFault.NoAnswer => [],
        BusFault.ShortFrame => answer[.._random.Next(1, answer.Length)],
        BusFault.BitFlip => Flip(answer, _random.Next(8 * answer.Length)),
        _ => answer,
    };

    private static byte[] Flip(byte[] answer, int bit)
    {
        byte[] flipped = [.. answer];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
