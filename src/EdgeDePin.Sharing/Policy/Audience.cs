using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Policy;

/// <summary>Whom a node tells what it has measured last.</summary>
internal static class Audience
{
    /// <summary>Neighbours that are told, at most: with so many to compare with, more would change nothing.</summary>
    public const int Most = 16;

    /// <summary>
    /// Of those that may see data of this class, the next ones in the ring of ids: then each of a large site hears as many as it tells.
    /// </summary>
    public static IEnumerable<NodeId> Of(DataClass dataClass, NodeId self, Member own, IEnumerable<Neighbour> neighbours, TimeSpan now) => neighbours
        .Where(one => one.State(now) == NeighbourState.Present && one.Member is { } member && Placement.MaySee(dataClass, own, member))
        .Select(one => one.Id)
        .OrderBy(id => id < self)
        .ThenBy(id => id)
        .Take(Most);
}
