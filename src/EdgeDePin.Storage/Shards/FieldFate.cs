using EdgeDePin.Model;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>What becomes of a field when the points of a period become one.</summary>
internal enum FieldFate
{
    /// <summary>The value of the latest point: counters, integers, texts, truths.</summary>
    Last,

    /// <summary>The mean of a float, by the number of values behind each.</summary>
    Mean,

    /// <summary>The smallest of a float that is thinned to its mean: field <c>F_min</c> beside <c>F</c>.</summary>
    Min,

    /// <summary>The largest: <c>F_max</c>.</summary>
    Max,

    /// <summary>How many values are behind the mean: <c>F_count</c>.</summary>
    Count,
}

/// <summary>
/// Decides by name and type alone, so that what was thinned can be thinned again: the mean of means is weighed by
/// <c>F_count</c>, the smallest of the smallest is the smallest.
/// </summary>
internal static class FieldFates
{
    public static readonly (string Suffix, FieldFate Fate, FieldKind Kind)[] Companions =
        [("_min", FieldFate.Min, FieldKind.Float), ("_max", FieldFate.Max, FieldKind.Float), ("_count", FieldFate.Count, FieldKind.Integer)];

    /// <param name="fields">All fields of the measurement.</param>
    /// <returns>The fate, and the field that it accompanies where it is a companion.</returns>
    public static (FieldFate Fate, FieldColumn? Of) Of(string measurement, FieldColumn field, IReadOnlyCollection<FieldColumn> fields)
    {
        foreach ((string suffix, FieldFate fate, FieldKind kind) in Companions)
        {
            if (field.Kind == kind && field.Key.EndsWith(suffix, StringComparison.Ordinal)
                && fields.FirstOrDefault(other => other.Key == field.Key[..^suffix.Length]) is { Kind: FieldKind.Float } of && !IsCounter(measurement, of))
            {
                return (fate, of);
            }
        }

        return (field.Kind == FieldKind.Float && !IsCounter(measurement, field) ? FieldFate.Mean : FieldFate.Last, null);
    }

    /// <summary>The companions that a measurement lacks before its floats can become means.</summary>
    public static IReadOnlyList<(string Key, FieldKind Kind)> Lacking(string measurement, IReadOnlyCollection<FieldColumn> fields) =>
        [.. fields.Where(field => Of(measurement, field, fields).Fate == FieldFate.Mean)
            .SelectMany(field => Companions.Select(companion => (Key: field.Key + companion.Suffix, companion.Kind)))
            .Where(companion => fields.All(field => field.Key != companion.Key))];

    private static bool IsCounter(string measurement, FieldColumn field) =>
        Quantity.All.Any(quantity => quantity.IsCounter && quantity.Measurement == measurement && quantity.Field == field.Key);
}
