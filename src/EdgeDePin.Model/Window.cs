using System.Collections.Immutable;

namespace EdgeDePin.Model;

/// <summary>The readings of one node observed in [<paramref name="From"/>, <paramref name="Until"/>).</summary>
/// <param name="Readings">Ordered by sensor, quantity and instant, whatever the order of their arrival.</param>
public sealed record Window(DateTimeOffset From, DateTimeOffset Until, ImmutableArray<Reading> Readings)
{
    public TimeSpan Length => Until - From;

    /// <summary>0: as it was closed. 1: with readings that came later; what is computed from it takes the place of what was before.</summary>
    public int Revision { get; init; }
}
