using System.Collections.Immutable;
using Google.OrTools.LinearSolver;

namespace EdgeDePin.Balance;

/// <summary>Variables and constraints of one site's plan.</summary>
internal sealed class SiteProgram
{
    private const double Tolerance = 1e-6;

    private readonly Site _site;
    private readonly Outlook _outlook;
    private readonly Solver _solver;
    private readonly Objective _objective;
    private readonly ImmutableArray<double>? _others;
    private readonly double _broken;
    private readonly Variable[] _import;
    private readonly Variable[] _export;
    private readonly Variable[] _over;
    private readonly Variable[] _curtail;
    private readonly Variable[] _charge = [];
    private readonly Variable[] _give = [];
    private readonly Variable[] _stored = [];
    private readonly Variable[] _heat = [];
    private readonly Variable[] _warmth = [];
    private readonly Variable[] _cold = [];
    private readonly Variable[][] _loads = [];
    private readonly Variable[] _missing = [];
    private readonly Constraint[] _balance;

    public SiteProgram(Solver solver, Site site, Outlook outlook, double stored, ImmutableArray<double>? others, double broken, double laziness)
    {
        (_solver, _site, _outlook, _others, _broken) = (solver, site, outlook, others, broken);
        _objective = solver.Objective();
        _objective.SetMinimization();
        int steps = outlook.Steps;
        double hours = outlook.StepHours;
        double rest = others is null ? 0 : others.Value.Max(Math.Abs);
        _import = Make("import", site.ImportLimitKilowatts + rest, step => outlook.Buy[step] * hours);
        _export = Make("export", site.ExportLimitKilowatts + rest, step => -Math.Min(outlook.Sell[step], outlook.Buy[step]) * hours);
        _over = Make("over", double.PositiveInfinity, _ => broken * hours);
        _curtail = Make("curtail", step => Math.Max(0, outlook.SolarKilowatts[step]), _ => laziness);
        _balance = new Constraint[steps];
        for (int step = 0; step < steps; step++)
        {
            // import - export = load - solar + what is shifted + the others
            double fixedPart = outlook.LoadKilowatts[step] - outlook.SolarKilowatts[step] + (others?[step] ?? 0);
            _balance[step] = solver.MakeConstraint(fixedPart, fixedPart);
            _balance[step].SetCoefficient(_import[step], 1);
            _balance[step].SetCoefficient(_over[step], 1);
            _balance[step].SetCoefficient(_export[step], -1);
            _balance[step].SetCoefficient(_curtail[step], -1);
        }

        if (site.Battery is { } battery)
        {
            // Of equal plans the one that moves energy sooner: what the sun gives now is certain, and room that is free again can be used.
            _charge = Make("charge", battery.PowerKilowatts, step => laziness * (1 + (10.0 * step / steps)));
            _give = Make("give", battery.PowerKilowatts, step => (battery.WearPerKilowattHour * hours) + (laziness * (1 + (10.0 * step / steps))));
            _stored = Make("stored", battery.CapacityKilowattHours, _ => 0);
            AddBattery(battery, Math.Clamp(stored, 0, battery.CapacityKilowattHours));
        }

        _loads = [.. site.Loads.Select((load, number) => Make($"load{number}", step => step >= load.From && step < load.Until ? load.PowerKilowatts : 0, step => step * laziness / steps))];
        _missing = [.. site.Loads.Select((load, number) => solver.MakeNumVar(0, Math.Max(0, load.EnergyKilowattHours), $"missing{number}"))];
        AddLoads();
        if (site.HeatPump is { } pump)
        {
            _heat = Make("heat", pump.PowerKilowatts, _ => laziness);
            _warmth = Make("warmth", pump.StoreKilowattHours, _ => 0);
            _cold = Make("cold", double.PositiveInfinity, _ => broken);
            AddHeatPump(pump);
        }
    }

    public BalancePlan Read()
    {
        int steps = _outlook.Steps;
        double[] none = new double[steps];
        double[] battery = _charge.Length == 0 ? none : [.. Enumerable.Range(0, steps).Select(step => _charge[step].SolutionValue() - _give[step].SolutionValue())];
        double[] curtailed = Values(_curtail);
        double[] heat = _heat.Length == 0 ? none : Values(_heat);
        ImmutableArray<ImmutableArray<double>> loads = [.. _loads.Select(load => Values(load).ToImmutableArray())];
        double[] net = [.. Enumerable.Range(0, steps).Select(step =>
            _outlook.LoadKilowatts[step] - _outlook.SolarKilowatts[step] + curtailed[step] + battery[step] + heat[step] + loads.Sum(load => load[step]))];
        return new BalancePlan(
            [.. battery], [.. _stored.Length == 0 ? none : Values(_stored)], loads, [.. heat], [.. curtailed], [.. net], Cost(net), Binding(), Unmet());
    }

    private double Cost(double[] net)
    {
        double cost = 0;
        for (int step = 0; step < net.Length; step++)
        {
            cost += (Math.Max(0, net[step]) * _outlook.Buy[step] * _outlook.StepHours) - (Math.Max(0, -net[step]) * _outlook.Sell[step] * _outlook.StepHours);
            cost += _give.Length == 0 ? 0 : _give[step].SolutionValue() * _site.Battery!.WearPerKilowattHour * _outlook.StepHours;
        }

        return cost;
    }

    private void AddBattery(Battery battery, double stored)
    {
        double hours = _outlook.StepHours;
        for (int step = 0; step < _outlook.Steps; step++)
        {
            _balance[step].SetCoefficient(_charge[step], -1);
            _balance[step].SetCoefficient(_give[step], 1);
            double before = step == 0 ? stored : 0;
            Constraint next = _solver.MakeConstraint(before, before);
            next.SetCoefficient(_stored[step], 1);
            next.SetCoefficient(_charge[step], -battery.Efficiency * hours);
            next.SetCoefficient(_give[step], hours / battery.Efficiency);
            if (step > 0)
            {
                next.SetCoefficient(_stored[step - 1], -1);
            }
        }

        // What is left will save the cheapest energy that could have filled it, no more: else a plan would hoard, or sell out.
        double worth = Math.Max(0, _outlook.Buy.Min() - battery.WearPerKilowattHour) * battery.Efficiency;
        _objective.SetCoefficient(_stored[^1], -worth);
    }

    private void AddLoads()
    {
        for (int number = 0; number < _loads.Length; number++)
        {
            ShiftableLoad load = _site.Loads[number];
            Constraint energy = _solver.MakeConstraint(load.EnergyKilowattHours, load.EnergyKilowattHours);
            energy.SetCoefficient(_missing[number], 1);
            _objective.SetCoefficient(_missing[number], _broken);
            for (int step = 0; step < _outlook.Steps; step++)
            {
                energy.SetCoefficient(_loads[number][step], _outlook.StepHours);
                _balance[step].SetCoefficient(_loads[number][step], -1);
            }
        }
    }

    private void AddHeatPump(HeatPump pump)
    {
        double hours = _outlook.StepHours;
        double kept = Math.Max(0, 1 - (pump.LossShare * hours));
        for (int step = 0; step < _outlook.Steps; step++)
        {
            _balance[step].SetCoefficient(_heat[step], -1);
            double demand = pump.DemandKilowatts[Math.Min(step, pump.DemandKilowatts.Length - 1)] * hours;
            double before = (step == 0 ? kept * Math.Clamp(pump.StoredKilowattHours, 0, pump.StoreKilowattHours) : 0) - demand;

            // The inequality lets heat go: a store that is full does not force anything.
            Constraint next = _solver.MakeConstraint(double.NegativeInfinity, before);
            next.SetCoefficient(_warmth[step], 1);
            next.SetCoefficient(_heat[step], -pump.Performance * hours);
            next.SetCoefficient(_cold[step], -1);
            if (step > 0)
            {
                next.SetCoefficient(_warmth[step - 1], -kept);
            }
        }

        _objective.SetCoefficient(_warmth[^1], -Math.Max(0, _outlook.Buy.Min()) / pump.Performance * 0.99);
    }

    private ImmutableArray<BindingLimit> Binding()
    {
        var found = new List<BindingLimit>();
        AtUpper(found, "import limit", _import);
        AtUpper(found, "export limit", _export);
        AtUpper(found, "battery charging power", _charge);
        AtUpper(found, "battery discharging power", _give);
        AtUpper(found, "battery full", _stored);
        AtUpper(found, "heat pump power", _heat);
        for (int number = 0; number < _loads.Length; number++)
        {
            AtUpper(found, $"power of {_site.Loads[number].Name}", _loads[number]);
        }

        int empty = _stored.Count(stored => stored.SolutionValue() < Tolerance && stored.ReducedCost() > Tolerance);
        double worth = _stored.Where(stored => stored.SolutionValue() < Tolerance).Sum(stored => Math.Max(0, stored.ReducedCost()));
        if (empty > 0)
        {
            found.Add(new BindingLimit("battery empty", empty, worth));
        }

        return [.. found.OrderByDescending(limit => limit.Worth)];
    }

    private static void AtUpper(List<BindingLimit> found, string name, Variable[] variables)
    {
        Variable[] full = [.. variables.Where(variable => variable.Ub() > Tolerance && variable.SolutionValue() > variable.Ub() - Tolerance && variable.ReducedCost() < -Tolerance)];
        if (full.Length > 0)
        {
            found.Add(new BindingLimit(name, full.Length, full.Sum(variable => -variable.ReducedCost())));
        }
    }

    private ImmutableArray<string> Unmet()
    {
        var unmet = new List<string>();
        double over = _over.Sum(variable => variable.SolutionValue()) * _outlook.StepHours;
        if (over > Tolerance)
        {
            unmet.Add($"the connection of {_site.ImportLimitKilowatts} kW is exceeded by {over:F2} kWh");
        }

        unmet.AddRange(_site.Loads.Select((load, number) => (load.Name, Missing: _missing[number].SolutionValue()))
            .Where(load => load.Missing > Tolerance).Select(load => $"{load.Name} lacks {load.Missing:F2} kWh: its span or its power is too small"));
        double cold = _cold.Sum(variable => variable.SolutionValue());
        if (cold > Tolerance)
        {
            unmet.Add($"{cold:F2} kWh of heat are missing: the heat pump is too weak");
        }

        return [.. unmet];
    }

    private static double[] Values(Variable[] variables) => [.. variables.Select(variable => variable.SolutionValue())];

    private Variable[] Make(string name, double upper, Func<int, double> cost) => Make(name, _ => upper, cost);

    private Variable[] Make(string name, Func<int, double> upper, Func<int, double> cost)
    {
        var variables = new Variable[_outlook.Steps];
        for (int step = 0; step < variables.Length; step++)
        {
            variables[step] = _solver.MakeNumVar(0, upper(step), $"{name}{step}");
            _objective.SetCoefficient(variables[step], cost(step));
        }

        return variables;
    }
}
