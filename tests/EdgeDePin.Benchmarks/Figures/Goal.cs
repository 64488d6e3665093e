namespace EdgeDePin.Benchmarks.Figures;

/// <summary>What a value should reach.</summary>
/// <param name="IsMost">Whether the value should stay at or below the limit; otherwise at or above.</param>
internal sealed record Goal(double Limit, bool IsMost)
{
    public static Goal AtLeast(double limit) => new(limit, IsMost: false);

    public static Goal AtMost(double limit) => new(limit, IsMost: true);

    public bool IsMetBy(double value) => IsMost ? value <= Limit : value >= Limit;

    /// <summary>The better one of two values.</summary>
    public double Better(double left, double right) => IsMost ? Math.Min(left, right) : Math.Max(left, right);
}
