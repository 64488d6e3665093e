using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage;

/// <summary>Points that were stored while the clock was wrong, and by how much it was.</summary>
/// <param name="Measurements">Those of them that the store has.</param>
/// <param name="Tags">What their series have.</param>
/// <param name="TagKey">A tag that they also have, whatever its value.</param>
/// <param name="After">The sequence before the first one.</param>
/// <param name="Last">The last sequence.</param>
/// <param name="From">The first of the wrong instants, ns since 1970; what lies outside of them was stamped by another clock.</param>
/// <param name="Until">The last of them.</param>
/// <param name="Nanoseconds">Is added. What it gives is rounded to <paramref name="Grain"/>.</param>
/// <param name="Mark">A boolean field that is true in each point that was moved.</param>
public sealed record PointShift(
    IReadOnlyList<string> Measurements, IReadOnlyList<Tag> Tags, string TagKey, long After, long Last, long From, long Until, long Nanoseconds,
    long Grain, string Mark)
{
    internal bool Concerns(Series series) =>
        series.Tags.Any(tag => tag.Key == TagKey) && Tags.All(wanted => series[wanted.Key] == wanted.Value);

    internal long Right(long instant) => checked((instant + Nanoseconds + (Grain / 2)) / Grain * Grain);
}
