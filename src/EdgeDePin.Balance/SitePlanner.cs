using System.Collections.Immutable;
using Google.OrTools.LinearSolver;

namespace EdgeDePin.Balance;

/// <summary>
/// The cheapest plan of one site as a linear program (GLOP of OR-Tools). Nothing that can be wrong with the world makes it infeasible:
/// every promise (a load's energy, heat, the connection's limit) may be broken at a price far above any tariff, and what is broken is
/// named. Energy left in the battery at the end has a value instead of a prescribed amount.
/// </summary>
public static class SitePlanner
{
    // Money per kilowatt-hour; a hundred times what energy costs.
    private const double Broken = 50;

    // Of equal plans the one that moves less.
    private const double Laziness = 1e-5;

    /// <param name="storedKilowattHours">In the battery now.</param>
    /// <param name="others">What the rest of the neighbourhood takes from the shared connection (below 0: gives), for each step; null: alone.</param>
    /// <exception cref="ArgumentException">The outlook is not one.</exception>
    public static BalancePlan Plan(Site site, Outlook outlook, double storedKilowattHours, ImmutableArray<double>? others = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(outlook);
        using Solver solver = Solver.CreateSolver("GLOP") ?? throw new InvalidOperationException("OR-Tools brings no GLOP on this processor.");
        var program = new SiteProgram(solver, site, outlook.Checked(), storedKilowattHours, others, Broken, Laziness);
        Solver.ResultStatus status = solver.Solve();

        // Every promise is soft and every variable bounded: anything else is a defect, not a hard day.
        return status is Solver.ResultStatus.OPTIMAL or Solver.ResultStatus.FEASIBLE
            ? program.Read()
            : throw new InvalidOperationException($"The balance of '{site.Name}' over {outlook.Steps} steps ended as {status}.");
    }
}
