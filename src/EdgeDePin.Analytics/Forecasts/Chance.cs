namespace EdgeDePin.Analytics;

/// <summary>SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): integers only, the same draws on every processor.</summary>
internal static class Chance
{
    public static ulong Hash(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Less than <paramref name="below"/>.</summary>
    public static int Draw(ulong seed, int below) => (int)(Hash(seed) % (ulong)below);
}
