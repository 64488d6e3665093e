namespace EdgeDePin.Execution;

/// <summary>What became of a task in a run.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    public sealed record Succeeded(byte[] Output) : TaskOutcome;

    /// <summary>Its function threw.</summary>
    public sealed record Failed(string Cause) : TaskOutcome;

    /// <summary>It was not attempted, because a task before it failed; the cause names that task.</summary>
    public sealed record Skipped(string Cause) : TaskOutcome;

    /// <summary>The run was cancelled.</summary>
    public sealed record Cancelled : TaskOutcome;
}

/// <summary>What came of running a graph.</summary>
/// <param name="RunId">As in the execution records.</param>
/// <param name="Graph">The graph that was run.</param>
/// <param name="Outcomes">One per task, by its name.</param>
public sealed record RunResult(string RunId, TaskGraph Graph, IReadOnlyDictionary<string, TaskOutcome> Outcomes)
{
    /// <summary>The outputs of the tasks that succeeded, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Outputs { get; } = Outcomes
        .Where(task => task.Value is TaskOutcome.Succeeded)
        .ToDictionary(task => task.Key, task => ((TaskOutcome.Succeeded)task.Value).Output, StringComparer.Ordinal);

    /// <summary>Whether every task succeeded.</summary>
    public bool Succeeded => Outputs.Count == Outcomes.Count;
}
