using System.Collections.Immutable;

namespace EdgeDePin.Balance;

/// <summary>
/// A plan of several sites behind one price, found site by site: each one plans against the sum of what the others take, and tells only
/// its own sum. Loads, batteries and habits stay where they are. The cost of all falls from one turn to the next or stays as it is, so
/// the plan is never dearer than that of the first turn. (Block coordinate descent; Bertsekas, "Nonlinear Programming", 1999, section 2.7.)
/// </summary>
public static class NeighbourhoodPlanner
{
    /// <summary>Turns after which hardly anything changes any more.</summary>
    public const int DefaultTurns = 2;

    /// <param name="outlooks">One for each site; steps and prices are the same in all.</param>
    /// <param name="stored">In each battery now, kWh.</param>
    public static ImmutableArray<BalancePlan> Plan(
        IReadOnlyList<Site> sites, IReadOnlyList<Outlook> outlooks, IReadOnlyList<double> stored, int turns = DefaultTurns)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(outlooks);
        ArgumentNullException.ThrowIfNull(stored);
        if (sites.Count == 1)
        {
            return [SitePlanner.Plan(sites[0], outlooks[0], stored[0])];
        }

        // Before anything is planned each site takes what it needs and feeds in what is left over.
        double[][] nets = [.. outlooks.Select(outlook => outlook.LoadKilowatts.Zip(outlook.SolarKilowatts, (load, solar) => load - solar).ToArray())];
        var plans = new BalancePlan[sites.Count];
        for (int turn = 0; turn < turns; turn++)
        {
            for (int site = 0; site < sites.Count; site++)
            {
                ImmutableArray<double> others = [.. Enumerable.Range(0, outlooks[site].Steps).Select(step => nets.Where((_, other) => other != site).Sum(net => net[step]))];
                plans[site] = SitePlanner.Plan(sites[site], outlooks[site], stored[site], others);
                nets[site] = [.. plans[site].NetKilowatts];
            }
        }

        return [.. plans];
    }
}
