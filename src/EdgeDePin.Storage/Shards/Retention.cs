using System.Collections.Frozen;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// What is written anew next, so that the store keeps to its ages and its quota. By age: what is older is thinned, then
/// dropped, once every destination has it. Above the quota: what every destination has is thinned to minutes, then to hours,
/// early measurements first and the oldest shards first; then the oldest are dropped; and only then comes what a destination
/// still lacks, in the same order. Never the newest shard.
/// </summary>
/// <param name="now">Nanoseconds since 1970.</param>
/// <param name="forwarded">The last sequence that every destination has.</param>
internal sealed class Retention(StoreOptions options, long now, long forwarded)
{
    // Observations are asked for longest, so they stay fine while there is anything else to save on.
    private static readonly (ThinningPriority Priority, long Resolution)[] Stages =
    [
        (ThinningPriority.Early, Thinning.Minute), (ThinningPriority.Early, Thinning.Hour), (ThinningPriority.Normal, Thinning.Minute),
        (ThinningPriority.Late, Thinning.Minute), (ThinningPriority.Normal, Thinning.Hour), (ThinningPriority.Late, Thinning.Hour),
    ];

    private static readonly FrozenDictionary<string, ThinningPriority> Usual = new Dictionary<string, ThinningPriority>
    {
        ["execution"] = ThinningPriority.Early,
        ["neighbour"] = ThinningPriority.Early,
        ["health"] = ThinningPriority.Early,
        ["forward"] = ThinningPriority.Early,
        ["sensor"] = ThinningPriority.Early,
        ["sensor_health"] = ThinningPriority.Early,
        ["weather"] = ThinningPriority.Late,
        ["air"] = ThinningPriority.Late,
        ["grid"] = ThinningPriority.Late,
        ["fault"] = ThinningPriority.Late,
        ["anomaly"] = ThinningPriority.Late,
        [LossLedger.Measurement] = ThinningPriority.Never,
        [Gap.Measurement] = ThinningPriority.Never,
        // What says by which clock points were stamped, and how they were moved.
        ["storage_clock"] = ThinningPriority.Never,
        // How values became what they are.
        ["calibration"] = ThinningPriority.Never,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public ThinningPriority PriorityOf(string measurement) =>
        options.Priorities.TryGetValue(measurement, out ThinningPriority chosen) ? chosen : Usual.GetValueOrDefault(measurement, ThinningPriority.Normal);

    /// <summary>Whether nothing of a measurement goes.</summary>
    public bool Keeps(string measurement) => PriorityOf(measurement) == ThinningPriority.Never;

    /// <summary>The shard that age asks to thin or drop next; null when none is due.</summary>
    /// <param name="shards">Oldest first.</param>
    public Rewriting? NextByAge(IReadOnlyList<Shard> shards)
    {
        foreach (Shard shard in shards.SkipLast(1).Where(Forwarded))
        {
            // One that is empty holds its place, so that nothing looks missing, until it is the oldest.
            if ((Droppable(shard) && Goes(shard).All(file => file.LastInstant < Before(options.RetainFor)))
                || (shard.Content.Measurements.Count == 0 && shard == shards[0]))
            {
                return Drop(shard, "age");
            }

            Dictionary<string, long> resolutions = Goes(shard)
                .Select(file => (file, Target: file.LastInstant < Before(options.ThinToHoursAfter) ? Thinning.Hour
                    : file.LastInstant < Before(options.ThinToMinutesAfter) ? Thinning.Minute : 0))
                .Where(one => one.Target > one.file.Resolution).ToDictionary(one => one.file.Name, one => one.Target, StringComparer.Ordinal);
            if (resolutions.Count > 0)
            {
                return new Rewriting([shard], resolutions, "age");
            }
        }

        return null;
    }

    /// <summary>The shard that saves space next; null where nothing is left to save.</summary>
    /// <param name="cause"><c>quota</c> or <c>disk full</c>.</param>
    public Rewriting? NextToSave(IReadOnlyList<Shard> shards, string cause)
    {
        Shard[] old = [.. shards.SkipLast(1)];
        return Save([.. old.Where(Forwarded)], cause) ?? Save([.. old.Where(shard => !Forwarded(shard))], cause);
    }

    /// <summary>The oldest shard that may be dropped, forwarded ones first.</summary>
    public Rewriting? NextToDrop(IReadOnlyList<Shard> shards, string cause)
    {
        Shard[] old = [.. shards.SkipLast(1).Where(Droppable)];
        return (old.FirstOrDefault(Forwarded) ?? old.FirstOrDefault()) is { } shard ? Drop(shard, cause) : null;
    }

    private Rewriting? Save(IReadOnlyList<Shard> shards, string cause)
    {
        foreach ((ThinningPriority priority, long resolution) in Stages)
        {
            foreach (Shard shard in shards)
            {
                Dictionary<string, long> resolutions = shard.Content.Measurements
                    .Where(file => PriorityOf(file.Name) == priority && file.Resolution < resolution)
                    .ToDictionary(file => file.Name, _ => resolution, StringComparer.Ordinal);
                if (resolutions.Count > 0)
                {
                    return new Rewriting([shard], resolutions, cause);
                }
            }
        }

        return shards.FirstOrDefault(Droppable) is { } oldest ? Drop(oldest, cause) : null;
    }

    private Rewriting Drop(Shard shard, string cause) => new([shard], new Dictionary<string, long>(), cause, Keeps);

    private bool Droppable(Shard shard) => Goes(shard).Any();

    private IEnumerable<ShardMeasurement> Goes(Shard shard) => shard.Content.Measurements.Where(file => !Keeps(file.Name));

    private bool Forwarded(Shard shard) => shard.Last <= forwarded;

    private long? Before(TimeSpan? age) => age is { } length ? now - (length.Ticks * 100) : null;
}
