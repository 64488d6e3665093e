using System.Collections.Immutable;

namespace EdgeHubSimulator.Routing;

/// <summary>All routes. A message goes once to each sink that any route that takes it leads to, by the first in priority.</summary>
public sealed class RouteTable
{
    private readonly ImmutableArray<Route> _routes;

    /// <param name="routes">Name to route, as under <c>$edgeHub.properties.desired.routes</c>.</param>
    /// <exception cref="RouteFormatException">The first that cannot be read.</exception>
    public RouteTable(IEnumerable<KeyValuePair<string, RouteEntry>> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        _routes = [.. routes.Select(route => Route.Parse(route.Key, route.Value)).OrderBy(route => route.Entry.Priority)];
    }

    internal IEnumerable<Route> Of(RoutedMessage message) =>
        _routes.Where(route => route.Takes(message)).DistinctBy(route => route.Sink);
}
