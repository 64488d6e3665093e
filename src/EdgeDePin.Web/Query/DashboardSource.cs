namespace EdgeDePin.Web;

/// <summary>
/// The only door from the page to the node: everything shown comes out of the store by InfluxQL, so the page cannot show
/// what the store does not hold.
/// </summary>
/// <param name="Site">The tag <c>site</c> of the node's points.</param>
/// <param name="Node">The tag <c>node</c> of the node's points.</param>
/// <param name="Query">
/// Answers one InfluxQL SELECT; no data is an empty list. Called by one request at a time. What it throws is shown on
/// the page with the query, and logged.
/// </param>
public sealed record DashboardSource(string Site, string Node, Func<string, IReadOnlyList<Series>> Query)
{
    /// <summary>What people call the node; by default the first characters of <see cref="Node"/>.</summary>
    public string Name { get; init; } = Node.Length > 12 ? Node[..8] : Node;
}
