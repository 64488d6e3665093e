using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Scheduling;

namespace EdgeDePin.Execution.Explaining;

/// <summary>A change, and the makespan that the recorded tasks would have had with it.</summary>
/// <param name="Gain">By how much shorter than the run simulated without a change, in seconds; negative is longer.</param>
public readonly record struct Prospect(string Change, double MakespanSeconds, double Gain);

/// <summary>
/// What would have happened: the recorded tasks, with their recorded times, run again in virtual time by the same scheduler, in the
/// order in which they became ready. Not an estimate of parts but a whole other run.
/// </summary>
public static class WhatIf
{
    /// <summary>Kinds that are tried at twice the speed: those that ran longest in sum.</summary>
    public const int MaxKinds = 12;

    /// <returns>First the run without a change, then the prospects, the greatest gain first.</returns>
    public static IReadOnlyList<Prospect> Of(ExecutedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        double[] seconds = [.. Enumerable.Range(0, run.Tasks).Select(task => Math.Max(run.End[task] - run.Start[task], 1) / 1e9)];
        Platform platform = PlatformOf(run);
        double now = Makespan(run.Shape, seconds, platform);
        var prospects = new List<Prospect>();
        void Add(string change, double makespan) => prospects.Add(new Prospect(change, makespan, now - makespan));
        foreach (PlatformNode node in platform.Nodes)
        {
            Add($"one more core on {node.Name}", Makespan(run.Shape, seconds, platform with
            {
                Nodes = [.. platform.Nodes.Select(other => other == node ? node with { Cores = node.Cores + 1 } : other)],
            }));
            if (platform.Nodes.Length > 1)
            {
                Add($"without {node.Name}", Makespan(run.Shape, seconds, platform with { Nodes = platform.Nodes.Remove(node) }));
            }
        }

        foreach (string kind in Enumerable.Range(0, run.Tasks).GroupBy(run.KindOf, StringComparer.Ordinal)
            .OrderByDescending(tasks => tasks.Sum(task => seconds[task])).Take(MaxKinds).Select(tasks => tasks.Key))
        {
            Add($"{kind} twice as fast", Makespan(run.Shape, [.. seconds.Select((time, task) => run.KindOf(task) == kind ? time / 2 : time)], platform));
        }

        return [new Prospect("as it was", now, 0), .. prospects.OrderByDescending(prospect => prospect.Gain)];
    }

    /// <summary>The makespan of the recorded tasks on other machines, in seconds.</summary>
    public static double Makespan(GraphShape shape, double[] seconds, Platform platform) =>
        WorkloadSimulation.Run(new Workload(shape, seconds, null, platform), SimulationPolicy.Fifo, new Random(0)).MakespanSeconds;

    // A worker's lanes are its cores; a neighbour without lanes of its own in the record is one core.
    private static Platform PlatformOf(ExecutedRun run) => new()
    {
        Nodes = [.. run.Lanes.GroupBy(lane => lane.Split('/')[0], StringComparer.Ordinal).Select(lanes => new PlatformNode(lanes.Key, lanes.Count(), 1))],
    };
}
