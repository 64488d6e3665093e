namespace EdgeHubSimulator.Routing;

/// <summary>A route as a deployment manifest writes it.</summary>
/// <param name="Text"><c>FROM source [WHERE condition] INTO sink</c>.</param>
public sealed record RouteEntry(string Text)
{
    /// <summary>What a route has that states none.</summary>
    public const int LowestPriority = 9;

    /// <summary>0 goes first, 9 last; as long as something of a lower number waits, the rest of that input waits too.</summary>
    public int Priority { get; init; } = LowestPriority;

    /// <summary>How long a message may wait. Null: as long as the hub's own setting says; infinite: for ever.</summary>
    public TimeSpan? TimeToLive { get; init; }
}
