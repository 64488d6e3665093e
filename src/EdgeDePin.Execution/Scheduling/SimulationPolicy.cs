namespace EdgeDePin.Execution.Scheduling;

/// <summary>Who decides where a task runs.</summary>
public enum SimulationPolicy
{
    /// <summary>Who is ready first goes to whichever core is free.</summary>
    Fifo,

    /// <summary>Who has the longest path behind it goes to the free core that ends it first.</summary>
    Rank,

    /// <summary>A plan made in advance from the true run times.</summary>
    Heft,

    /// <summary>A plan made again at every end, from what the records have taught so far; a slow core may stay idle.</summary>
    Estimated,
}

/// <summary>Why a task runs where it runs.</summary>
/// <param name="Node">Index into the platform's nodes.</param>
/// <param name="PredictedFinish">Seconds from the beginning of the run.</param>
/// <param name="RunnerUp">The next best node; -1 when there is no other.</param>
public readonly record struct SimulatedDecision(int Task, int Node, double DecidedAt, double PredictedFinish, int RunnerUp, double RunnerUpFinish)
{
    public string Explain(Platform platform) => RunnerUp < 0
        ? $"{platform.Nodes[Node].Name} by {PredictedFinish:0.###} s, no other choice"
        : $"{platform.Nodes[Node].Name} by {PredictedFinish:0.###} s, {platform.Nodes[RunnerUp].Name} would need until {RunnerUpFinish:0.###} s";
}

/// <summary>What came of a simulation.</summary>
/// <param name="Ready">When each task's dependencies had ended, in seconds from the beginning.</param>
/// <param name="Decisions">In the order in which they were made.</param>
public sealed record SimulatedRun(Plan Executed, double[] Ready, IReadOnlyList<SimulatedDecision> Decisions)
{
    public double MakespanSeconds => Executed.MakespanSeconds;
}
