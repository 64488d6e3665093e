namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// What a task may ask and tell while it runs. One object per lane, used again for the next task: it must not be kept beyond
/// the return of the body, except by <see cref="Until"/>'s work for its own values.
/// </summary>
public sealed class TaskScope
{
    private readonly CrewLane _lane;

    internal TaskScope(CrewLane lane) => _lane = lane;

    /// <summary>Number in the graph; spawned tasks follow the graph's own.</summary>
    public int Task { get; internal set; }

    /// <summary>From 1.</summary>
    public int Attempt { get; internal set; }

    /// <summary>From 0.</summary>
    public int Lane => _lane.Number;

    /// <summary>Cancelled with the run, by the first failure under <see cref="FailurePolicy.FailFast"/>, and by the timeout.</summary>
    public CancellationToken Token { get; internal set; }

    /// <summary>Whether somebody with more right to the processor waits (sensing); a long loop calls <see cref="Yield"/> then.</summary>
    public bool ShouldYield => _lane.Crew.Held;

    internal ulong InputDigest { get; private set; }

    internal ulong OutputDigest { get; private set; }

    internal Task? Pending { get; private set; }

    internal int Spawned { get; set; }

    /// <summary>Stamps for which the task stood back; part of start to end, not of its own work.</summary>
    internal long Paused { get; private set; }

    /// <summary>Waits until the processor is free again for tasks.</summary>
    public void Yield()
    {
        if (ShouldYield)
        {
            long from = _lane.Crew.Stamp();
            _lane.Crew.AwaitRelease(Token);
            Paused += _lane.Crew.Stamp() - from;
        }
    }

    /// <summary>Notes the first 8 bytes of the digests of input and output in the record.</summary>
    public void Digests(ulong input, ulong output) => (InputDigest, OutputDigest) = (input, output);

    /// <summary>The task is over when <paramref name="pending"/> is, and fails when it does; the lane goes on meanwhile.</summary>
    public void Until(Task pending) => Pending = pending;

    /// <summary>Adds a task to the running graph. The calling task counts as finished when this one is, too.</summary>
    /// <param name="rules">How it is tried, where that is not as the run says.</param>
    /// <param name="fallback">Runs in its place when it has failed, under the terms of <see cref="RunPlan.Fallback"/>.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="InvalidOperationException">More tasks than <see cref="RunPlan.MaxSpawned"/>.</exception>
    /// <exception cref="ArgumentException">A rule is out of its range.</exception>
    public int Spawn(TaskBody body, TaskRules? rules = null, TaskBody? fallback = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        rules?.Validate("A spawned task: ");
        return _lane.Spawn(this, body, rules, fallback);
    }

    internal void Begin(int task, int attempt, CancellationToken token)
    {
        (Task, Attempt, Token) = (task, attempt, token);
        (InputDigest, OutputDigest, Pending, Spawned, Paused) = (0, 0, null, 0, 0);
    }
}
