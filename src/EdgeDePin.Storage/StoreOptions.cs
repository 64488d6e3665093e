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
    /// of memory until then, twice that while they come in faster than shards are written, and some seconds at a start.
    /// </summary>
    [Range(1_000, 100_000_000)]
    public int ShardPoints { get; set; } = 500_000;

    /// <summary>
    /// How long points are kept. Default: for ever. Whole shards go when everything in them is older and every destination
    /// has it; what went is counted in measurement <c>storage_loss</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "36500.00:00:00")]
    public TimeSpan? RetainFor { get; set; }

    /// <summary>
    /// When points are thinned to one per series and minute: the mean of floats with its extremes and count, the last of
    /// everything else. Default: never by age. Not before every destination has them.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "36500.00:00:00")]
    public TimeSpan? ThinToMinutesAfter { get; set; }

    /// <summary>The same to one per hour. Default: never by age.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan? ThinToHoursAfter { get; set; }

    /// <summary>
    /// What the store may take on the disk, in MB (1,000,000 bytes). Default: all there is. Above it points are thinned to
    /// minutes and then to hours, by <see cref="Priorities"/>, and only then the oldest shards go, never the newest. What not
    /// every destination has is thinned and dropped last. All of it is counted in <c>storage_loss</c>.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? QuotaMegabytes { get; set; }

    /// <summary>
    /// Which measurements are thinned sooner than others when space is short. Default: <c>execution</c>, <c>neighbour</c>,
    /// <c>health</c>, <c>forward</c> early; <c>weather</c>, <c>air</c>, <c>grid</c>, <c>fault</c> late; <c>storage_loss</c>,
    /// <c>storage_gap</c> and <c>storage_clock</c> never; all others normal.
    /// </summary>
    public IDictionary<string, ThinningPriority> Priorities { get; set; } = new Dictionary<string, ThinningPriority>();

    /// <summary>
    /// Rows that shards are merged up to in the background, so that files stay few. Default 4,000,000; 0 merges none.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int MergePoints { get; set; } = 4_000_000;

    /// <summary>
    /// Space on the disk that is kept for tidying up when nothing else is left, in MB. Default 8; taken when the disk has ten
    /// times as much. 0 keeps none.
    /// </summary>
    [Range(0, 10_000)]
    public int ReserveMegabytes { get; set; } = 8;
}
