namespace EdgeDePin.Storage.Shards;

/// <summary>
/// Which shards become one: four or more neighbours of about the same size, without a hole between them and thinned alike.
/// So a row is written anew once for each fourfold growth, and shards stay fewer than four of each size.
/// </summary>
internal static class MergePolicy
{
    private const int FanIn = 4;

    /// <summary>Shards below this size count as of one size.</summary>
    private const long Small = 10_000;

    /// <param name="shards">Oldest first.</param>
    /// <returns>Null where nothing is to be merged.</returns>
    public static Rewriting? Next(IReadOnlyList<Shard> shards, StoreOptions options)
    {
        long most = options.MergePoints;
        // A shard is dropped as a whole: a small part of what is kept, in bytes and in time.
        long bytes = options.QuotaMegabytes is { } quota ? quota * 1_000_000L / 8 : long.MaxValue;
        long length = options.RetainFor is { } age ? age.Ticks * 100 / 8 : long.MaxValue;
        for (int start = 0; start + FanIn <= shards.Count; start++)
        {
            var run = new List<Shard> { shards[start] };
            for (int at = start + 1; at < shards.Count && Fits(run, shards[at], most, bytes, length); at++)
            {
                run.Add(shards[at]);
            }

            if (run.Count >= FanIn)
            {
                return Rewriting.Of(run);
            }
        }

        return null;
    }

    private static bool Fits(List<Shard> run, Shard next, long most, long bytes, long length)
    {
        IEnumerable<Shard> together = run.Append(next);
        return run[^1].Last + 1 == next.First
            && together.Sum(shard => shard.Rows) <= most
            && together.Sum(shard => shard.Bytes) <= bytes
            && (length == long.MaxValue || Length(together) <= length)
            && together.Max(Size) < FanIn * together.Min(Size)
            && run.TrueForAll(shard => Alike(shard, next));
    }

    private static long Size(Shard shard) => Math.Max(shard.Rows, Small);

    private static Int128 Length(IEnumerable<Shard> shards)
    {
        ShardMeasurement[] files = [.. shards.SelectMany(shard => shard.Content.Measurements)];
        return files.Length == 0 ? 0 : (Int128)files.Max(file => file.LastInstant) - files.Min(file => file.FirstInstant);
    }

    private static bool Alike(Shard one, Shard other) => one.Content.Measurements.All(file =>
        other.Content.Measurements.All(of => of.Name != file.Name || of.Resolution == file.Resolution));
}
