using CsCheck;
using EdgeDePin.Execution;

namespace EdgeDePin.Tests.Execution;

/// <summary>Random acyclic graphs, given in an order that does not work.</summary>
internal static class Graphs
{
    public static readonly TaskKind Kind = new("test", 1);

    public static TaskSpec Spec(string name, params string[] after) => new(name, Kind, [], after);

    /// <summary>Up to 30 tasks t0, t1, …; a task may depend on any with a smaller number.</summary>
    public static readonly Gen<TaskSpec[]> Random =
        Gen.Select(Gen.Int[1, 30], Gen.Double[0, 0.4], Gen.Int).Select((count, density, seed) =>
        {
            var random = new Random(seed);
            TaskSpec[] tasks = [.. Enumerable.Range(0, count).Select(task => Spec(
                $"t{task}", [.. Enumerable.Range(0, task).Where(_ => random.NextDouble() < density).Select(other => $"t{other}")]))];
            random.Shuffle(tasks);
            return tasks;
        });
}
