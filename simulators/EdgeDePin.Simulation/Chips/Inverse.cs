namespace EdgeDePin.Simulation.Chips;

/// <summary>From a physical value back to the code that a chip would hold.</summary>
internal static class Inverse
{
    /// <summary>The nearest of the codes 0 to <paramref name="highest"/>, by halving: the conversion must be rising.</summary>
    public static int Nearest(double wanted, int highest, Func<int, double> rising)
    {
        int low = 0, high = highest;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = rising(middle) < wanted ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && wanted - rising(low - 1) < rising(low) - wanted ? low - 1 : low;
    }

    /// <summary>A value as a whole number of steps, held to what fits.</summary>
    public static int Steps(double? value, double step, int lowest, int highest) =>
        (int)Math.Clamp(Math.Round((value ?? 0) / step), lowest, highest);
}
