namespace EdgeHubSimulator.Routing;

/// <summary>Where a route leads.</summary>
public abstract record RouteSink
{
    private RouteSink()
    {
    }

    /// <summary>To the cloud. There is none behind a local hub: such messages are counted.</summary>
    public sealed record Upstream : RouteSink;

    /// <summary>To an input of a module.</summary>
    public sealed record Input(string Module, string Name) : RouteSink;
}
