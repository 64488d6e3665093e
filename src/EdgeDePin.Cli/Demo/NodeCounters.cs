namespace EdgeDePin.Cli.Demo;

/// <summary>What one node has done so far.</summary>
internal sealed record NodeCounters
{
    public long SamplesAsked { get; init; }
    public long Readings { get; init; }
    public long Faults { get; init; }
    public long ReadingsDropped { get; init; }
    public long Executions { get; init; }
    public long Superseded { get; init; }
    public long Records { get; init; }
    public long RecordsLost { get; init; }
    public long Lent { get; init; }
    public long Borrowed { get; init; }
    public long Verified { get; init; }
    public long Rejected { get; init; }
    public long StorePoints { get; init; }
    public long StoreBytes { get; init; }
    public long InfluxPoints { get; init; }
    public long InfluxLag { get; init; }

    /// <summary>Null when nothing is forwarded.</summary>
    public string? InfluxState { get; init; }
}
