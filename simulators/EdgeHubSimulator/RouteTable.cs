using System.Collections.Immutable;

namespace EdgeHubSimulator;

/// <summary>All routes. A message goes once to each sink that any matching route leads to.</summary>
public sealed class RouteTable
{
    private readonly ImmutableArray<Route> _routes;

    /// <param name="routes">Name to text, as under <c>$edgeHub.properties.desired.routes</c>.</param>
    /// <exception cref="RouteFormatException">The first that cannot be read.</exception>
    public RouteTable(IEnumerable<KeyValuePair<string, string>> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        _routes = [.. routes.Select(route => Route.Parse(route.Key, route.Value))];
    }

    /// <param name="output">Null for a message that was sent to no output.</param>
    public IEnumerable<RouteSink> SinksOf(string module, string? output) =>
        _routes.Where(route => route.Source.Matches(module, output)).Select(route => route.Sink).Distinct();
}
