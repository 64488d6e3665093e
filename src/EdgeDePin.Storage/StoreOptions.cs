using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Storage;

/// <summary>Where the node keeps its readings and records, and how much of the machine that may take.</summary>
public sealed class StoreOptions
{
    /// <summary>The data folder; made when missing. One node, one folder: a second node on it is refused.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The name under which InfluxQL clients find the store. Default <c>edgedepin</c>.</summary>
    [Required]
    public string Database { get; set; } = "edgedepin";

    /// <summary>Memory of the query engine in MB; larger work spills to disk. Default 96, for a device with 1 GB.</summary>
    [Range(32, 65_536)]
    public int MemoryLimitMegabytes { get; set; } = 96;

    /// <summary>Threads of the query engine. Default 1: sensing and analytics come first.</summary>
    [Range(1, 64)]
    public int Threads { get; set; } = 1;

    /// <summary>Distinct tag sets that the store takes; points of further ones are quarantined. Default 100,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxSeries { get; set; } = 100_000;

    /// <summary>Fields of one measurement; points with further ones are quarantined. Default 500, as InfluxDB 3.</summary>
    [Range(1, 1_000)]
    public int MaxFields { get; set; } = 500;

    /// <summary>
    /// How long an append may wait for others, so that they share one flush of the disk. Default 0: every batch is flushed at
    /// once. A memory card wears by flushes; 250 ms makes four of them a second, whatever comes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan CommitInterval { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Points that the log gathers before they become a shard of sorted Parquet files. Default 500,000: they take about 30 MB
    /// of memory until then, and some seconds at a start.
    /// </summary>
    [Range(1_000, 100_000_000)]
    public int ShardPoints { get; set; } = 500_000;

    /// <summary>
    /// How long points are kept. Default: for ever. Whole shards go when everything in them is older; what went is counted
    /// in measurement <c>storage_loss</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "36500.00:00:00")]
    public TimeSpan? RetainFor { get; set; }

    /// <summary>
    /// What the store may take on the disk, in MB (1,000,000 bytes). Default: all there is. Above it the oldest shards go,
    /// but never the newest, and are counted in <c>storage_loss</c>.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? QuotaMegabytes { get; set; }
}
