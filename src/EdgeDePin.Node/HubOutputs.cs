namespace EdgeDePin.Node;

/// <summary>The names under which the modules of a node speak to each other through its hub.</summary>
public static class HubOutputs
{
    /// <summary>SenML packs of readings, from the sensor module to telemetry and compute.</summary>
    public const string Readings = "readings";

    /// <summary>Line protocol: faults, records, derived values, counters; from sensor and compute to telemetry.</summary>
    public const string Points = "points";

    /// <summary>What was measured last and others may hear, from the sensor module to compute.</summary>
    public const string Latest = "latest";

    /// <summary>What neighbours have measured last, from compute to the sensor module.</summary>
    public const string Neighbours = "neighbours";

    public const string SensorModule = "sensor";
    public const string TelemetryModule = "telemetry";
    public const string ComputeModule = "compute";

    /// <summary>What the hub of a node has to route, in the grammar of edge deployment manifests.</summary>
    public static IReadOnlyList<string> Routes { get; } =
    [
        Route(SensorModule, Readings, TelemetryModule),
        Route(SensorModule, Readings, ComputeModule),
        Route(SensorModule, Points, TelemetryModule),
        Route(ComputeModule, Points, TelemetryModule),
        Route(SensorModule, Latest, ComputeModule),
        Route(ComputeModule, Neighbours, SensorModule),
    ];

    private static string Route(string from, string output, string to) =>
        $"FROM /messages/modules/{from}/outputs/{output} INTO BrokeredEndpoint(\"/modules/{to}/inputs/{output}\")";
}
