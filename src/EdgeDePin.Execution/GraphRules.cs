using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution;

/// <summary>How the tasks of one run are tried, and what becomes of the rest when one has failed for good. A task's own rules go before these.</summary>
public sealed record GraphRules
{
    /// <summary>What holds for every task that does not say otherwise (<see cref="TaskSpec.Rules"/>); null: one attempt, without a limit of time.</summary>
    public TaskRules? Each { get; init; }

    public FailurePolicy OnFailure { get; init; }

    /// <summary>The output of a task that has failed and has none of its own; required by <see cref="FailurePolicy.Fallback"/>.</summary>
    public byte[]? Fallback { get; init; }

    /// <exception cref="ArgumentException">Something is out of its range or missing; the message names it.</exception>
    internal GraphRules Validated()
    {
        Each?.Validate("");
        return OnFailure != FailurePolicy.Fallback || Fallback is not null ? this : throw new ArgumentException("The policy Fallback needs a fallback.");
    }

    internal int AttemptsOf(TaskSpec task) => task.Rules?.Attempts ?? Each?.Attempts ?? 1;

    internal TimeSpan BackoffOf(TaskSpec task) => task.Rules?.Backoff ?? Each?.Backoff ?? TimeSpan.Zero;

    internal TimeSpan? TimeoutOf(TaskSpec task) =>
        (task.Rules?.Timeout ?? Each?.Timeout) is { } timeout && timeout != Timeout.InfiniteTimeSpan ? timeout : null;

    internal byte[]? FallbackOf(TaskSpec task) => task.Fallback ?? (OnFailure == FailurePolicy.Fallback ? Fallback : null);
}
