using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Cli.Demo;

/// <summary>What a demo did, over all its nodes.</summary>
internal sealed record DemoSummary
{
    public required int Nodes { get; init; }

    /// <summary>Wall-clock seconds from the first node's start to the stop.</summary>
    public required double Seconds { get; init; }

    /// <summary>One per quantity and sampling: a BME280 asked once counts three. Equals readings + faults.</summary>
    public required long SamplesAsked { get; init; }

    public required long Readings { get; init; }

    /// <summary>Quantities asked for that did not come: no answer, a broken frame, a value missing in a replayed row.</summary>
    public required long Faults { get; init; }

    /// <summary>Readings that a full inbox pushed out before they were stored.</summary>
    public required long ReadingsDropped { get; init; }

    /// <summary>Attempts to run a task. With <see cref="Superseded"/> they are records + recordsLost.</summary>
    public required long Executions { get; init; }

    /// <summary>Results taken on trust that were taken back; each has a record of its own.</summary>
    public required long Superseded { get; init; }

    public required long Records { get; init; }

    public required long RecordsLost { get; init; }

    /// <summary>Tasks run for neighbours.</summary>
    public required long Lent { get; init; }

    /// <summary>Own tasks whose result came from a neighbour and was accepted.</summary>
    public required long Borrowed { get; init; }

    /// <summary>Borrowed results that were executed again here and found equal.</summary>
    public required long Verified { get; init; }

    /// <summary>Results that were checked and found wrong.</summary>
    public required long Rejected { get; init; }

    /// <summary>Points in the nodes' stores; a point written twice counts once.</summary>
    public required long StorePoints { get; init; }

    /// <summary>Points that InfluxDB has acknowledged.</summary>
    public required long InfluxPoints { get; init; }

    /// <summary>Points stored but not yet acknowledged by InfluxDB.</summary>
    public required long InfluxLag { get; init; }

    /// <summary>From the start of the process to the first reading committed to a store; null when there was none.</summary>
    public required double? FirstReadingMs { get; init; }

    public required double PeakRssMb { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, DemoJson.Default.DemoSummary);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoSummary))]
internal sealed partial class DemoJson : JsonSerializerContext;
