namespace EdgeDePin.Execution.Scheduling;

/// <summary>
/// The best of several plans: by rank with and without looking ahead, everything on the fastest node (the case in which cleverer
/// planning loses most), and then variations of the best so far, as many as the caller pays for.
/// </summary>
internal sealed class PlanSearch(Workload workload)
{
    private const int LongSearch = 1000;
    private const int Climbs = 3;

    private readonly ListPlanner _planner = new(workload);
    private Plan? _last;

    /// <param name="seconds">As expected, at speed 1.</param>
    /// <param name="variations">Further plans to try.</param>
    public Plan Best(double[] seconds, int variations, Random random, Progress? progress = null)
    {
        double[] ranks = MeanRanks(seconds);
        double[][] ahead = _planner.Ahead(seconds);
        var best = new Attempt(_planner.Make(seconds, ranks, null, progress), ranks, null, null);
        best = best.OrBetter(_planner.Make(seconds, ranks, ahead, progress), ranks, ahead);
        double[] reach = [.. ahead.Select(nodes => nodes.Average())];
        best = best.OrBetter(_planner.Make(seconds, reach, ahead, progress), reach, ahead);
        int fastest = Fastest();
        best = best.OrBetter(_planner.Make(seconds, ranks, null, progress, fastest), ranks, null);
        if (_last is not null)
        {
            // What was good a moment ago, when a little less was known: the same nodes in the same order.
            double[] order = [.. _last.Start.Select(start => _last.MakespanSeconds - start)];
            int[] nodes = [.. _last.Core.Select(workload.NodeOf)];
            best = best.OrBetter(_planner.Make(seconds, order, null, progress, pinned: nodes), order, null, nodes);
        }

        double[][] scaled = [.. ahead.Select(nodes => nodes.ToArray())];
        for (int i = 0; i < variations; i++)
        {
            // Every eighth time all that leads to the same task varies alike: what a join waits for is best begun together.
            double[] urgency = i % 8 == 7 ? MeanRanks(Varied(seconds, 0.5, random)) : Varied(best.Urgency, Strength(i), random);
            double[][]? look = (i % 3) switch { 0 => best.Ahead, 1 => null, _ => Scaled(ahead, scaled, random.NextDouble() * 1.5) };
            best = best.OrBetter(_planner.Make(seconds, urgency, look, progress), urgency, look == scaled ? Copy(scaled) : look, keepEqual: true);
        }

        _last = best.Plan;
        // One climb may end in a hollow that another passes by; where only a few steps are paid for, one must do.
        for (int climb = variations == 0 ? 0 : variations < LongSearch ? 1 : Climbs; climb > 0; climb--)
        {
            Plan found = new PlanClimb(workload, _planner, seconds, progress, random).From(best.Plan, best.Urgency, best.Pinned, best.Ahead, variations);
            _last = found.MakespanSeconds < _last.MakespanSeconds ? found : _last;
        }

        return _last;
    }

    /// <summary>Ranks at the platform's mean speed, with the mean cost of moving data.</summary>
    public double[] MeanRanks(double[] seconds) =>
        workload.UpwardRanks(seconds, workload.Platform.TotalSpeed / workload.Cores, withTransfer: workload.Platform.Nodes.Length > 1);

    private static double Strength(int variation) => (variation % 4) switch { 0 => 0.02, 1 => 0.05, 2 => 0.15, _ => 0.4 };

    private static double[] Varied(double[] urgency, double strength, Random random)
    {
        double[] varied = new double[urgency.Length];
        for (int task = 0; task < varied.Length; task++)
        {
            // Box and Muller: a factor whose logarithm is normal, so that twice and half are equally likely.
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            varied[task] = urgency[task] * Math.Exp(strength * normal);
        }

        return varied;
    }

    private static double[][] Scaled(double[][] from, double[][] into, double by)
    {
        for (int task = 0; task < from.Length; task++)
        {
            for (int node = 0; node < from[task].Length; node++)
            {
                into[task][node] = from[task][node] * by;
            }
        }

        return into;
    }

    private static double[][] Copy(double[][] from) => [.. from.Select(nodes => nodes.ToArray())];

    private int Fastest()
    {
        int best = 0;
        for (int node = 1; node < workload.Platform.Nodes.Length; node++)
        {
            best = workload.Platform.Nodes[node].Speed > workload.Platform.Nodes[best].Speed ? node : best;
        }

        return best;
    }

    private sealed record Attempt(Plan Plan, double[] Urgency, double[][]? Ahead, int[]? Pinned)
    {
        // Equal plans are kept as a new place to vary from: the makespan often hangs on one path while the rest may move.
        public Attempt OrBetter(Plan plan, double[] urgency, double[][]? ahead, int[]? pinned = null, bool keepEqual = false) =>
            plan.MakespanSeconds < Plan.MakespanSeconds || (keepEqual && plan.MakespanSeconds <= Plan.MakespanSeconds)
                ? new Attempt(plan, urgency, ahead, pinned)
                : this;
    }
}
