using System.Collections.Immutable;

namespace EdgeDePin.Model;

/// <summary>The readings of one node observed in [<paramref name="From"/>, <paramref name="Until"/>).</summary>
/// <param name="Readings">Ordered by sensor, quantity and instant, whatever the order of their arrival.</param>
public sealed record Window(DateTimeOffset From, DateTimeOffset Until, ImmutableArray<Reading> Readings)
{
    public TimeSpan Length => Until - From;
}
