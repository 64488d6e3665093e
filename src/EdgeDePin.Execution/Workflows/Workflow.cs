using System.Collections.Immutable;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Workflows;

/// <summary>A task of a recorded workflow.</summary>
/// <param name="Id">Unique in its workflow.</param>
/// <param name="Kind">What program it ran: the program's name, else the task's name without the numbers at its end.</param>
/// <param name="Seconds">How long it ran; 0 where the record says so or says nothing.</param>
/// <param name="Cores">As recorded; 1 where nothing is said.</param>
/// <param name="MemoryBytes">As recorded; 0 where nothing is said.</param>
/// <param name="Priority">As recorded; 0 where nothing is said.</param>
/// <param name="InputBytes">Sum of the sizes of all files it reads.</param>
/// <param name="OutputBytes">Sum of the sizes of all files it writes.</param>
public sealed record WorkflowTask(
    string Id, string Kind, double Seconds, double Cores, long MemoryBytes, int Priority, long InputBytes, long OutputBytes);

/// <summary>A recorded workflow: its tasks, who waits for whom, and how many bytes go along each dependency.</summary>
/// <param name="ArrowBytes">
/// For each task, in the order of <see cref="GraphShape.DependenciesOf"/>: bytes of the files that the dependency writes and the task reads.
/// </param>
/// <param name="MakespanSeconds">As recorded; 0 where nothing is said.</param>
/// <param name="ExecutedAt">When it began; null where the date cannot be read.</param>
public sealed record Workflow(
    string Name, ImmutableArray<WorkflowTask> Tasks, GraphShape Shape, IReadOnlyList<long[]> ArrowBytes, double MakespanSeconds,
    DateTimeOffset? ExecutedAt)
{
    public double WorkSeconds => Tasks.Sum(task => task.Seconds);
}
