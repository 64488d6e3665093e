using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>How busy this node's lanes are, as a task that becomes ready finds them.</summary>
/// <param name="Busy">Lanes that run something.</param>
/// <param name="Ahead">Tasks that wait and would run before this one.</param>
/// <param name="Work">Expected run time of what is ahead, plus what is left of what runs.</param>
public readonly record struct LocalLoad(int Lanes, int Busy, int Ahead, TimeSpan Work)
{
    /// <summary>How long the task would wait for a lane.</summary>
    public TimeSpan ExpectedWait => Busy + Ahead < Lanes ? TimeSpan.Zero : Work / Lanes;
}

/// <summary>Where a task goes, and why.</summary>
/// <param name="Worker">The neighbour that gets it; null for a lane of this node.</param>
/// <param name="Expected">The run time expected there.</param>
/// <param name="Finish">From now until the output is expected to be here.</param>
/// <param name="RunnerUp">The next best place by name; null when there was no other.</param>
/// <param name="RunnerUpFinish">From now until the runner-up would have been ready.</param>
public sealed record PlacementDecision(
    RemoteWorker? Worker, Estimate Expected, TimeSpan Finish, string? RunnerUp, TimeSpan? RunnerUpFinish)
{
    /// <param name="here">The name of this node.</param>
    public string Explain(string here) =>
        $"{Worker?.Name ?? here} in {Finish.TotalMilliseconds:0} ms"
        + (RunnerUp is null ? ", no other choice" : $", {RunnerUp} would need {RunnerUpFinish?.TotalMilliseconds:0} ms");
}

/// <summary>
/// Chooses the place with the earliest estimated completion. A free lane here may lose to a faster neighbour, and a slow
/// neighbour may stay idle: on unequal machines giving work to whoever is free costs 1.4 to 1.6 times the possible makespan.
/// </summary>
public static class Placement
{
    /// <summary>For a task that may not leave this node.</summary>
    public static PlacementDecision Here(LocalLoad load, Estimate expected) =>
        new(Worker: null, expected, load.ExpectedWait + expected.RunTime, RunnerUp: null, RunnerUpFinish: null);

    /// <summary>For a task that its graph's plan sends elsewhere than where it alone would be finished first: that place is the runner-up, however early.</summary>
    /// <param name="worker">As planned; null for this node.</param>
    /// <param name="alone">Where it would go without the plan.</param>
    public static PlacementDecision Planned(
        TaskKind kind, string node, LocalLoad load, RemoteWorker? worker, PlacementDecision alone, Estimates estimates, double inputBytes)
    {
        ArgumentNullException.ThrowIfNull(alone);
        ArgumentNullException.ThrowIfNull(estimates);
        Estimate expected = worker is null
            ? estimates.Predict(kind, inputBytes: inputBytes)
            : estimates.Predict(kind, worker.Id, worker.RelativeSpeed, inputBytes);
        TimeSpan finish = worker is null
            ? load.ExpectedWait + expected.RunTime
            : worker.ExpectedWait + estimates.Travel(kind, worker, inputBytes) + expected.RunTime;
        return new PlacementDecision(worker, expected, finish, alone.Worker?.Name ?? node, alone.Finish);
    }

    /// <param name="node">The name of this node, should it be the runner-up.</param>
    /// <param name="excluded">Neighbours that have lost or refused this task already.</param>
    /// <remarks>Ties go to this node, then to the neighbour that stands first: a transfer must pay.</remarks>
    public static PlacementDecision Choose(
        TaskKind kind, string node, LocalLoad load, IReadOnlyList<RemoteWorker> workers, IReadOnlyCollection<NodeId> excluded, Estimates estimates,
        double inputBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(excluded);
        ArgumentNullException.ThrowIfNull(estimates);
        PlacementDecision best = Here(load, estimates.Predict(kind, inputBytes: inputBytes));
        foreach (RemoteWorker worker in workers)
        {
            if (worker.FreeSlots < 1 || excluded.Contains(worker.Id))
            {
                continue;
            }

            Estimate expected = estimates.Predict(kind, worker.Id, worker.RelativeSpeed, inputBytes);
            TimeSpan finish = worker.ExpectedWait + estimates.Travel(kind, worker, inputBytes) + expected.RunTime;
            if (finish < best.Finish)
            {
                best = new PlacementDecision(worker, expected, finish, best.Worker?.Name ?? node, best.Finish);
            }
            else if (best.RunnerUpFinish is null || finish < best.RunnerUpFinish)
            {
                best = best with { RunnerUp = worker.Name, RunnerUpFinish = finish };
            }
        }

        return best;
    }
}
