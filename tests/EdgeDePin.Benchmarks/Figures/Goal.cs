namespace EdgeDePin.Benchmarks.Figures;

/// <summary>What a value should reach.</summary>
/// <param name="IsMost">Whether the value should stay at or below the limit; otherwise at or above.</param>
internal sealed record Goal(double Limit, bool IsMost)
{
    /// <summary>The other end, where a value may be too good to be true; null: none.</summary>
    public double? AndAtMost { get; private init; }

    public static Goal Between(double least, double most) => new(least, IsMost: false) { AndAtMost = most };

    public static Goal AtLeast(double limit) => new(limit, IsMost: false);

    public static Goal AtMost(double limit) => new(limit, IsMost: true);

    public bool IsMetBy(double value) => IsMost ? value <= Limit : value >= Limit && !(value > AndAtMost);

    /// <summary>The better one of two values.</summary>
    public double Better(double left, double right) => IsMost ? Math.Min(left, right) : Math.Max(left, right);
}
