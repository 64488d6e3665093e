namespace EdgeDePin.Execution.Lanes;

/// <summary>What runs for every task of a graph. Throwing fails the attempt. The scope is valid until it returns.</summary>
public delegate void TaskBody(TaskScope scope);

/// <summary>What becomes of the rest when a task has failed for good.</summary>
public enum FailurePolicy
{
    /// <summary>What depends on it is skipped; everything else is finished. The default.</summary>
    FinishIndependent,

    /// <summary>Nothing more begins.</summary>
    FailFast,

    /// <summary><see cref="RunPlan.Fallback"/> runs in its place, and what depends on it goes on.</summary>
    Fallback,
}

/// <summary>How long a task is expected to run, as its record will show it.</summary>
/// <param name="Seconds">The middle of the expectation.</param>
/// <param name="P90Seconds">What nine of ten should not exceed.</param>
/// <param name="Model">Which predictor said so.</param>
public readonly record struct Prediction(float Seconds, float P90Seconds, byte Model);

/// <summary>A graph and how to run it. Nothing in it changes while it runs.</summary>
public sealed class RunPlan
{
    public required GraphShape Shape { get; init; }

    public required TaskBody Body { get; init; }

    /// <summary>
    /// What each task asks for. Null: one core each, no priorities, and lanes pass tasks among each other without a lock.
    /// </summary>
    public IReadOnlyList<TaskNeeds>? Needs { get; init; }

    /// <summary>What there is to share among the tasks; null: as many cores as lanes, and nothing else.</summary>
    public Resources? Resources { get; init; }

    /// <summary>
    /// Who goes first among equal priorities: the higher number, such as the length of the path that still follows. Null: who is
    /// ready first. Makes the run an ordered one, like <see cref="Needs"/>.
    /// </summary>
    public IReadOnlyList<double>? Ranks { get; init; }

    /// <summary>Attempts of each task before it has failed; 1 to 1000. Default 1.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The pause before the second attempt; each later one is twice as long. Default none.</summary>
    public TimeSpan Backoff { get; init; }

    /// <summary>After this long an attempt's token is cancelled: above 0, to 24 days; null: never. The body must look at the token.</summary>
    public TimeSpan? Timeout { get; init; }

    public FailurePolicy OnFailure { get; init; }

    /// <summary>Where single tasks are tried in another way than the run says; null: nowhere. An entry may be null.</summary>
    public IReadOnlyList<TaskRules?>? Rules { get; init; }

    /// <summary>
    /// What runs in place of single tasks that have failed, whatever <see cref="OnFailure"/> says of the others; under the terms of
    /// <see cref="Fallback"/>. Null: nothing. An entry may be null.
    /// </summary>
    public IReadOnlyList<TaskBody?>? Fallbacks { get; init; }

    /// <summary>
    /// Runs in place of a task of the graph that has failed (not of a spawned one); required by <see cref="FailurePolicy.Fallback"/>.
    /// It has a token of its own, without the timeout, and is over when it returns: <see cref="TaskScope.Until"/> fails it.
    /// </summary>
    public TaskBody? Fallback { get; init; }

    /// <summary>A number for the kind of each task, as the records show it; null: 0.</summary>
    public IReadOnlyList<int>? Kinds { get; init; }

    /// <summary>What is expected of each task, as the records show it; null: nothing.</summary>
    public IReadOnlyList<Prediction>? Predictions { get; init; }

    /// <summary>Whether each execution leaves a record. Default true.</summary>
    public bool Record { get; init; } = true;

    /// <summary>Tasks that may be spawned while it runs; more fail the task that spawns them. Default 16,777,216.</summary>
    public int MaxSpawned { get; init; } = 1 << 24;

    /// <exception cref="ArgumentException">Something does not fit the graph or its range; the message names it.</exception>
    internal void Validate(int lanes)
    {
        new TaskRules { Attempts = Attempts, Backoff = Backoff, Timeout = Timeout }.Validate("");
        Require(MaxSpawned is >= 0 and <= 1 << 24, $"{nameof(MaxSpawned)} is {MaxSpawned}; it must be 0 to 16,777,216.");
        Require(OnFailure != FailurePolicy.Fallback || Fallback is not null, "The policy Fallback needs a fallback.");
        Fits(Needs?.Count, nameof(Needs));
        Fits(Ranks?.Count, nameof(Ranks));
        Fits(Kinds?.Count, nameof(Kinds));
        Fits(Predictions?.Count, nameof(Predictions));
        Fits(Rules?.Count, nameof(Rules));
        Fits(Fallbacks?.Count, nameof(Fallbacks));
        for (int task = 0; task < (Rules?.Count ?? 0); task++)
        {
            Rules![task]?.Validate($"Task {task}: ");
        }

        Resources resources = Resources ?? new Resources { Cores = lanes };
        resources.RequireValid();
        for (int task = 0; task < (Needs?.Count ?? 0); task++)
        {
            resources.RequireFit(Needs![task], task);
        }
    }

    private void Fits(int? count, string name) =>
        Require(count is null || count == Shape.Tasks, $"{name} has {count} entries, and the graph has {Shape.Tasks} tasks.");

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
