namespace EdgeHubSimulator.Routing;

/// <summary>A route cannot be read: which one, where, what was expected there.</summary>
public sealed class RouteFormatException(string route, int position, string complaint) : FormatException(
    $"Route '{route}', character {position}: {complaint} A route reads FROM /messages/* INTO $upstream, " +
    "or … INTO BrokeredEndpoint(\"/modules/{module}/inputs/{input}\").")
{
    /// <summary>The name of the route in the configuration.</summary>
    public string Route { get; } = route;

    /// <summary>The character that is wrong, from 1.</summary>
    public int Position { get; } = position;
}
