namespace EdgeDePin.Execution;

/// <summary>One vertex of a task graph: which function runs, on what, and after whom.</summary>
/// <param name="Name">Unique within its graph.</param>
/// <param name="Input">The task's own bytes; may be empty.</param>
/// <param name="After">The dependencies: their outputs reach the function in this order.</param>
/// <param name="Priority">Higher runs first. Default 0; equal priorities run in the order of the graph, older runs first.</param>
public sealed record TaskSpec(string Name, TaskKind Kind, byte[] Input, IReadOnlyList<string> After, int Priority = 0);
