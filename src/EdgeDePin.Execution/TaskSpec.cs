using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution;

/// <summary>One vertex of a task graph: which function runs, on what, and after whom.</summary>
/// <param name="Name">Unique within its graph.</param>
/// <param name="Input">The task's own bytes; may be empty.</param>
/// <param name="After">The dependencies: their outputs reach the function in this order.</param>
/// <param name="Priority">Higher runs first. Default 0. Among equals older runs go first, then the longest path that follows, by learned times.</param>
public sealed record TaskSpec(string Name, TaskKind Kind, byte[] Input, IReadOnlyList<string> After, int Priority = 0)
{
    /// <summary>Attempts, pause and timeout, where they are not as the run has them.</summary>
    public TaskRules? Rules { get; init; }

    /// <summary>Its output when it has failed for good; null: what depends on it is skipped, unless the run says otherwise.</summary>
    public byte[]? Fallback { get; init; }
}
