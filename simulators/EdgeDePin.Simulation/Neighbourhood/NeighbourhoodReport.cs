namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>What one seed came to.</summary>
public sealed record NeighbourhoodReport
{
    public required int Seed { get; init; }

    /// <summary>Equal for equal runs.</summary>
    public required ulong Trace { get; init; }

    /// <summary>Promises that were broken, with the virtual instant.</summary>
    public required IReadOnlyList<string> Violations { get; init; }

    public required int Tasks { get; init; }

    public required int Answered { get; init; }

    /// <summary>Answers that were checked, or believed until enough checks had passed.</summary>
    public required int Final { get; init; }

    public required int WrongFinal { get; init; }

    /// <summary>Wrong answers that were not final when the run ended.</summary>
    public required int WrongProvisional { get; init; }

    /// <summary>The largest P(wrong) that was printed with a final answer.</summary>
    public required double Bound { get; init; }

    /// <summary>Runs of tasks anywhere: work, checks, copies, and what was run again.</summary>
    public required long Executions { get; init; }

    public required long TakenBack { get; init; }

    public required long Lies { get; init; }

    public required long Crashes { get; init; }

    public required long Messages { get; init; }

    public required int Nodes { get; init; }

    /// <summary>From the death of a worker to the next lease of what it had.</summary>
    public required TimeSpan? RecoveryMedian { get; init; }

    /// <summary>That of 99 in 100.</summary>
    public required TimeSpan? RecoveryWorst { get; init; }

    public required long BalanceSum { get; init; }

    public double ExecutionsPerTask => Answered == 0 ? 0 : (double)Executions / Answered;

    public double WrongShare => Final == 0 ? 0 : (double)WrongFinal / Final;
}
