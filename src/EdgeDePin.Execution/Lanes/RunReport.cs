using System.Collections.Immutable;

namespace EdgeDePin.Execution.Lanes;

/// <summary>One attempt that failed; task -1: something that a task had registered with its token threw when it was cancelled.</summary>
public sealed record TaskFailure(int Task, int Attempt, Exception Error);

/// <summary>What came of a run.</summary>
/// <param name="Run">Number of the run on its crew, as in the records.</param>
/// <param name="Tasks">The graph's own.</param>
/// <param name="Spawned">Tasks that joined while it ran.</param>
/// <param name="Executions">Attempts, and tasks that were not attempted; each has a record, or is counted as lost.</param>
/// <param name="RecordsLost">Records that a full ring gave up meanwhile.</param>
/// <param name="Elapsed">From start to the last task's end.</param>
/// <param name="Outcomes">One for each task of the graph.</param>
/// <param name="Failures">The first of them; <paramref name="FailedAttempts"/> counts all.</param>
public sealed record RunReport(
    int Run, int Tasks, int Spawned, long Executions, long RecordsLost, TimeSpan Elapsed,
    ImmutableArray<ExecutionOutcome> Outcomes, ImmutableArray<TaskFailure> Failures, long FailedAttempts)
{
    /// <summary>Failures that are kept with their exception.</summary>
    public const int MaxFailures = 64;

    /// <summary>Failures whose cause is kept as text; of the rest only <see cref="FailedAttempts"/> tells.</summary>
    public const int MaxCauses = 262_144;

    /// <summary>Why each attempt failed that did, for their records.</summary>
    public required IReadOnlyDictionary<(int Task, int Attempt), string> Causes { get; init; }

    /// <summary>Whether every task gave what the tasks after it need.</summary>
    public bool Succeeded => Outcomes.All(outcome => outcome is ExecutionOutcome.Succeeded or ExecutionOutcome.FellBack);
}
