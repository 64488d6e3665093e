namespace EdgeDePin.Cli.Demo;

/// <summary>What a demo is asked to be.</summary>
internal sealed record DemoOptions
{
    /// <summary>Whole nodes in this process; 1 to 16.</summary>
    public required int Nodes { get; init; }

    /// <summary>How long it runs; null until Ctrl-C.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>No live table, and no page unless a port was asked for.</summary>
    public required bool Headless { get; init; }

    /// <summary>The summary is one JSON object, and nothing else goes to standard output.</summary>
    public required bool Json { get; init; }

    /// <summary>Where the nodes keep their stores; null for a temporary folder that is removed at the end.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Loopback port of the page; null for no page.</summary>
    public int? HttpPort { get; init; }

    public Uri? Influx { get; init; }

    public required string InfluxDatabase { get; init; }

    /// <summary>Series that node-1 replays instead of the scenario.</summary>
    public IReadOnlyList<string> Replay { get; init; } = [];

    public SeriesSpan? ReplaySpan { get; init; }

    /// <summary>How many times faster than life a series is replayed.</summary>
    public required double Speed { get; init; }

    /// <summary>Same seed, same weather.</summary>
    public required int Seed { get; init; }
}
