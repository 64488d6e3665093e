namespace EdgeDePin.Storage;

/// <summary>What a store holds, and in how many bytes.</summary>
public sealed record StoreStats
{
    public required long Head { get; init; }
    public required long Epoch { get; init; }

    /// <summary>Distinct points.</summary>
    public required long Points { get; init; }
    public required int Measurements { get; init; }
    public required int Series { get; init; }
    public required long Quarantined { get; init; }

    /// <summary>Deletions whose points are still on the disk; the next compaction takes them from it.</summary>
    public required int Tombstones { get; init; }

    /// <summary>What the disk has left, in bytes.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Since when nothing can be written; null while the disk takes it.</summary>
    public DateTimeOffset? DiskFullSince { get; init; }

    /// <summary>Points that are in the log only, and its files.</summary>
    public required long LogPoints { get; init; }
    public required long LogBytes { get; init; }

    public required int Shards { get; init; }
    public required long ShardRows { get; init; }
    public required long ShardBytes { get; init; }
}
