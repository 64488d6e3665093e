namespace EdgeDePin.Storage.Shards;

/// <summary>A shard that goes, and why: <c>age</c> or <c>quota</c>.</summary>
internal sealed record ExpiredShard(Shard Shard, string Reason);

/// <summary>Which shards go. Always the oldest first, so that what is left has no hole, and never the newest.</summary>
internal static class Retention
{
    /// <param name="shards">Oldest first.</param>
    /// <param name="logBytes">What the log takes beside them.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    public static List<ExpiredShard> Expired(IReadOnlyList<Shard> shards, long logBytes, StoreOptions options, long now)
    {
        long? before = options.RetainFor is { } age ? now - (age.Ticks * 100) : null;
        long? quota = options.QuotaMegabytes is { } megabytes ? megabytes * 1_000_000L : null;
        long bytes = logBytes + shards.Sum(shard => shard.Bytes);
        var expired = new List<ExpiredShard>();
        foreach (Shard shard in shards.SkipLast(1))
        {
            string? reason = shard.Content.Measurements.All(measurement => measurement.LastInstant < before) ? "age"
                : bytes > quota ? "quota"
                : null;
            if (reason is null)
            {
                break;
            }

            expired.Add(new ExpiredShard(shard, reason));
            bytes -= shard.Bytes;
        }

        return expired;
    }
}
