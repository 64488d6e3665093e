namespace EdgeDePin.Benchmarks.Figures;

/// <summary>How much a row does for its value.</summary>
internal enum Effort
{
    /// <summary>Seconds for a whole area: shows that each value can be measured, and little of how it behaves in the long run.</summary>
    Short,

    Usual,

    /// <summary>As much as the goal speaks of, also where that takes a quarter of an hour.</summary>
    Long,
}
