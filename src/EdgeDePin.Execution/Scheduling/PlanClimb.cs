namespace EdgeDePin.Execution.Scheduling;

/// <summary>
/// Makes a plan better by changing what holds it up: a task of the chain that ends last goes to another node, or to that of the task it
/// waits for, or gets its turn earlier. Worse plans are accepted with a chance that falls (Kirkpatrick, Gelatt and Vecchi, Science 1983),
/// since the way from a good plan to a better one leads through them.
/// </summary>
internal sealed class PlanClimb(Workload workload, ListPlanner planner, double[] seconds, Progress? progress, Random random)
{
    /// <summary>At first a plan that is this much worse has an even chance, nearly.</summary>
    private const double FirstTemperature = 0.02;

    private const double LastTemperature = 0.0005;

    private readonly int[] _chain = new int[workload.Shape.Tasks];

    /// <param name="steps">Plans to try.</param>
    public Plan From(Plan plan, double[] urgency, int[]? pinned, double[][]? ahead, int steps)
    {
        var at = new State(plan, urgency, pinned ?? [.. plan.Core.Select(_ => -1)]);
        State best = at;
        for (int step = 0; step < steps; step++)
        {
            double temperature = FirstTemperature * Math.Pow(LastTemperature / FirstTemperature, (step + 1.0) / steps);
            if (Neighbour(at, ahead) is not State next)
            {
                break;
            }

            double worse = (next.Plan.MakespanSeconds / at.Plan.MakespanSeconds) - 1;
            if (worse <= 0 || random.NextDouble() < Math.Exp(-worse / temperature))
            {
                at = next;
                best = at.Plan.MakespanSeconds < best.Plan.MakespanSeconds ? at : best;
            }
        }

        return best.Plan;
    }

    /// <returns>Null when all of the chain has begun.</returns>
    private State? Neighbour(State from, double[][]? ahead)
    {
        int length = Chain(from.Plan);
        if (length == 0)
        {
            return null;
        }

        double[] urgency = [.. from.Urgency];
        int[] pinned = [.. from.Pinned];
        for (int changes = 1 + random.Next(3); changes > 0; changes--)
        {
            int place = random.Next(length);
            int task = _chain[place];
            switch (random.Next(6))
            {
                case 0:
                    pinned[task] = random.Next(workload.Platform.Nodes.Length);
                    break;
                case 1:
                    pinned[task] = -1;
                    break;
                case 2:
                    // What it waited for is the next of the chain, which leads back to the beginning.
                    int enabler = _chain[Math.Min(place + 1, length - 1)];
                    pinned[task] = pinned[enabler] = workload.NodeOf(from.Plan.Core[random.Next(2) == 0 ? task : enabler]);
                    break;
                case 3:
                    urgency[task] *= Math.Exp(random.NextDouble());
                    break;
                case 4:
                    // All that a task waits for, earlier or later: they are of use together.
                    double factor = Math.Exp((2 * random.NextDouble()) - 1);
                    foreach (int before in workload.Shape.DependenciesOf(random.Next(2) == 0 ? task : random.Next(urgency.Length)))
                    {
                        urgency[before] *= factor;
                    }

                    break;
                default:
                    int other = random.Next(urgency.Length);
                    urgency[other] *= Math.Exp((2 * random.NextDouble()) - 1);
                    break;
            }
        }

        return new State(planner.Make(seconds, urgency, ahead, progress, pinned: pinned), urgency, pinned);
    }

    /// <returns>How many tasks there are in the chain that ends last, each begun when the next in it, or its data, had come.</returns>
    private int Chain(Plan plan)
    {
        int task = 0;
        for (int other = 1; other < plan.End.Length; other++)
        {
            task = plan.End[other] > plan.End[task] ? other : task;
        }

        int length = 0;
        for (int steps = 0, next = task; next >= 0 && steps < _chain.Length; steps++)
        {
            if (progress is null || progress.Core[next] < 0)
            {
                _chain[length++] = next;
            }

            next = Enabler(plan, next);
        }

        return length;
    }

    private int Enabler(Plan plan, int task)
    {
        (int latest, double came) = (-1, 0);
        ReadOnlySpan<int> dependencies = workload.Shape.DependenciesOf(task);
        for (int i = 0; i < dependencies.Length; i++)
        {
            int before = dependencies[i];
            double arrival = plan.End[before] + workload.TransferSeconds(task, i, workload.NodeOf(plan.Core[before]), workload.NodeOf(plan.Core[task]));
            (latest, came) = arrival > came ? (before, arrival) : (latest, came);
        }

        if (latest >= 0 && came >= plan.Start[task] - 1e-9)
        {
            return latest;
        }

        for (int other = 0; other < plan.End.Length; other++)
        {
            if (other != task && plan.Core[other] == plan.Core[task] && plan.End[other] <= plan.Start[task] + 1e-9 && plan.End[other] >= plan.Start[task] - 1e-9)
            {
                return other;
            }
        }

        return latest;
    }

    private sealed record State(Plan Plan, double[] Urgency, int[] Pinned);
}
