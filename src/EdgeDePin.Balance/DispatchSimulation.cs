using System.Collections.Immutable;

namespace EdgeDePin.Balance;

/// <summary>
/// Runs sites behind one connection through time: in each step a plan from forecasts, its first step carried out against what really
/// happened. A battery follows the deviation where the plan wanted nothing from the grid; where the plan charges from the sun it does not
/// draw from the grid, and where it covers a load it does not feed in.
/// </summary>
public sealed class DispatchSimulation
{
    private const double Quiet = 1e-3;

    private readonly IReadOnlyList<SimulatedSite> _sites;
    private readonly ImmutableArray<double> _buy;
    private readonly ImmutableArray<double> _sell;
    private readonly double _hours;
    private readonly int _horizon;

    /// <param name="sites">One, or a neighbourhood.</param>
    /// <param name="buy">For each step of the simulation and the horizon beyond it.</param>
    /// <param name="hours">Length of a step.</param>
    /// <param name="horizon">Steps planned ahead.</param>
    public DispatchSimulation(IReadOnlyList<SimulatedSite> sites, ImmutableArray<double> buy, ImmutableArray<double> sell, double hours, int horizon)
    {
        ArgumentNullException.ThrowIfNull(sites);
        (_sites, _buy, _sell, _hours, _horizon) = (sites, buy, sell, hours, horizon);
    }

    public DispatchResult Run(CancellationToken cancellationToken)
    {
        int steps = _sites[0].Load.Length;
        double[] none = new double[_sites.Count];
        double nothing = 0, rule = 0, planned = 0;
        double[] ruleStored = new double[_sites.Count], stored = new double[_sites.Count];
        var binding = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double net = _sites.Sum(site => site.Load[step] - site.Solar[step]);
            nothing += Price(net, step);
            double[] ruled = Follow(none, 0, net, ruleStored, step);
            rule += Settle(ruled, net, step, ruleStored);
            ImmutableArray<BalancePlan> plans = Plan(step, stored);
            foreach (BindingLimit first in plans.SelectMany(plan => plan.Binding.Take(1)))
            {
                binding[first.Name] = binding.GetValueOrDefault(first.Name) + 1;
            }

            double[] wanted = [.. plans.Select(plan => plan.BatteryKilowatts[0])];
            planned += Settle(Follow(wanted, plans.Sum(plan => plan.NetKilowatts[0]), net, stored, step), net, step, stored);
        }

        // What is left is worth the cheapest energy that could have filled it.
        planned -= stored.Select((energy, site) => energy * _buy.Min() * (_sites[site].Site.Battery?.Efficiency ?? 0)).Sum();
        rule -= ruleStored.Select((energy, site) => energy * _buy.Min() * (_sites[site].Site.Battery?.Efficiency ?? 0)).Sum();
        return new DispatchResult(nothing, rule, planned, Perfect(), steps, binding);
    }

    private ImmutableArray<BalancePlan> Plan(int step, double[] stored)
    {
        Outlook[] outlooks = [.. _sites.Select(site =>
        {
            (double[] load, double[] solar) = site.Believe(step);
            int ahead = Math.Min(_horizon, load.Length);
            return new Outlook(_hours, [.. load[..ahead].Select(value => Math.Max(0, value))], [.. solar[..ahead].Select(value => Math.Max(0, value))], _buy[step..(step + ahead)], _sell[step..(step + ahead)]);
        })];
        return NeighbourhoodPlanner.Plan([.. _sites.Select(site => site.Site)], outlooks, stored);
    }

    // What each battery really does, given what it was to do, what all were to take from the grid, and what the sites really take.
    private double[] Follow(double[] wanted, double plannedGrid, double net, double[] stored, int step)
    {
        double[] moved = new double[wanted.Length];
        bool track = Math.Abs(plannedGrid) < Quiet;

        // Where the grid will pay no less later, surplus that came unasked is taken in: it can be fed in another time.
        bool absorb = _sell[step] <= _sell.AsSpan(step, Math.Min(_horizon, _sell.Length - step)).ToArray().Max();
        for (int site = 0; site < wanted.Length; site++)
        {
            if (_sites[site].Site.Battery is not { } battery)
            {
                continue;
            }

            double rest = net + moved.Sum();
            double power = track || (absorb && rest < -Math.Max(0, wanted[site])) ? -rest
                : wanted[site] < 0 && plannedGrid > 0 ? Math.Max(wanted[site], -Math.Max(0, rest))
                : wanted[site] > 0 && plannedGrid < 0 ? Math.Min(wanted[site], Math.Max(0, -rest))
                : wanted[site];
            double least = -Math.Min(battery.PowerKilowatts, stored[site] * battery.Efficiency / _hours);
            double most = Math.Min(battery.PowerKilowatts, (battery.CapacityKilowattHours - stored[site]) / battery.Efficiency / _hours);
            moved[site] = Math.Clamp(power, least, Math.Max(least, most));
        }

        return moved;
    }

    private double Settle(double[] moved, double net, int step, double[] stored)
    {
        double cost = Price(net + moved.Sum(), step);
        for (int site = 0; site < moved.Length; site++)
        {
            if (_sites[site].Site.Battery is { } battery)
            {
                double change = moved[site] >= 0 ? moved[site] * battery.Efficiency : moved[site] / battery.Efficiency;
                stored[site] = Math.Clamp(stored[site] + (change * _hours), 0, battery.CapacityKilowattHours);
                cost += Math.Max(0, -moved[site]) * battery.WearPerKilowattHour * _hours;
            }
        }

        return cost;
    }

    private double Price(double net, int step) => (Math.Max(0, net) * _buy[step] * _hours) - (Math.Max(0, -net) * _sell[step] * _hours);

    // One battery of all capacities is at least as good as several: a bound that no plan of the sites can beat.
    private double Perfect()
    {
        Battery[] batteries = [.. _sites.Select(site => site.Site.Battery).OfType<Battery>()];
        int steps = _sites[0].Load.Length;
        Battery? all = batteries.Length == 0 ? null : new Battery(
            batteries.Sum(battery => battery.CapacityKilowattHours), batteries.Sum(battery => battery.PowerKilowatts),
            batteries.Max(battery => battery.Efficiency), batteries.Min(battery => battery.WearPerKilowattHour));
        var site = new Site("all", all, [], null, _sites.Sum(one => one.Site.ImportLimitKilowatts), _sites.Sum(one => one.Site.ExportLimitKilowatts));
        var outlook = new Outlook(
            _hours, [.. Enumerable.Range(0, steps).Select(step => _sites.Sum(one => one.Load[step]))],
            [.. Enumerable.Range(0, steps).Select(step => _sites.Sum(one => one.Solar[step]))], _buy[..steps], _sell[..steps]);
        BalancePlan plan = SitePlanner.Plan(site, outlook, 0);
        return plan.Cost - (plan.StoredKilowattHours[^1] * _buy.Min() * (all?.Efficiency ?? 0));
    }
}
