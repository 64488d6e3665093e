namespace EdgeDePin.Analytics;

/// <summary>How much a training may cost.</summary>
/// <param name="MaxRows">Newest values that are learned from.</param>
/// <param name="Examples">Pairs of origin and lead that boosted trees learn from.</param>
/// <param name="Trees">The most trees for the mean.</param>
/// <param name="QuantileTrees">Trees for each side of the band.</param>
/// <param name="ValidationOrigins">Origins that choices are made by.</param>
public sealed record ForecastEffort(int MaxRows, int Examples, int Trees, int QuantileTrees, int ValidationOrigins)
{
    /// <summary>A night on a small device: seconds, and some 30 MB.</summary>
    public static ForecastEffort Nightly { get; } = new(35_040, 24_000, 120, 40, 1_500);

    /// <summary>An evaluation: a minute on a long series.</summary>
    public static ForecastEffort Thorough { get; } = new(140_000, 120_000, 400, 60, 2_500);
}
