namespace EdgeDePin.Simulation.Scenarios;

/// <summary>
/// Smooth noise as a function of seed and instant: no state, so any instant can be asked in any order, and the same seed gives
/// the same weather on every machine.
/// </summary>
internal static class Noise
{
    /// <summary>Between -1 and 1; it wanders from one value to the next within <paramref name="scale"/>.</summary>
    public static double At(int seed, DateTimeOffset instant, TimeSpan scale)
    {
        long cell = Math.DivRem(instant.UtcTicks, scale.Ticks, out long within);
        double x = (double)within / scale.Ticks;
        double smooth = x * x * (3 - (2 * x));
        return Lattice(seed, cell) + (smooth * (Lattice(seed, cell + 1) - Lattice(seed, cell)));
    }

    // SplitMix64 of the pair: well mixed, and the same everywhere.
    private static double Lattice(int seed, long cell)
    {
        ulong z = (ulong)cell + (0x9E3779B97F4A7C15UL * (uint)seed) + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        z ^= z >> 31;
        return ((z >> 11) / (double)(1UL << 52)) - 1;
    }
}
