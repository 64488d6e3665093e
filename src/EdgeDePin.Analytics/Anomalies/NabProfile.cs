using System.Collections.Immutable;

namespace EdgeDePin.Analytics.Anomalies;

/// <summary>What a hit, a miss and a false alarm are worth: an application profile of the Numenta Anomaly Benchmark.</summary>
/// <param name="Name">As in NAB's <c>profiles.json</c>.</param>
/// <param name="TruePositive">Earned by a detection at the very begin of a window.</param>
/// <param name="FalseNegative">Lost by a window without a detection.</param>
/// <param name="FalsePositive">Lost by a detection far from every window.</param>
public sealed record NabProfile(string Name, double TruePositive, double FalseNegative, double FalsePositive)
{
    public static NabProfile Standard { get; } = new("standard", 1, 1, 0.11);

    public static NabProfile LowFalsePositives { get; } = new("reward_low_FP_rate", 1, 1, 0.22);

    public static NabProfile LowFalseNegatives { get; } = new("reward_low_FN_rate", 1, 2, 0.11);

    public static ImmutableArray<NabProfile> All { get; } = [Standard, LowFalsePositives, LowFalseNegatives];
}
