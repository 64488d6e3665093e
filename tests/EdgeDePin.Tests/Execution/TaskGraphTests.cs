using CsCheck;
using EdgeDePin.Execution;
using static EdgeDePin.Tests.Execution.Graphs;

namespace EdgeDePin.Tests.Execution;

public sealed class TaskGraphTests
{
    [Fact]
    public void Tasks_stand_behind_their_dependencies() => Graphs.Random.Sample(tasks =>
    {
        TaskGraph graph = TaskGraph.Build(tasks);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (TaskSpec task in graph.Tasks)
        {
            Assert.All(task.After, other => Assert.Contains(other, seen));
            seen.Add(task.Name);
        }

        Assert.Equal(tasks.Length, seen.Count);
    });

    [Fact]
    public void Successors_are_the_dependencies_read_backwards() => Graphs.Random.Sample(tasks =>
    {
        TaskGraph graph = TaskGraph.Build(tasks);
        for (int task = 0; task < graph.Tasks.Length; task++)
        {
            Assert.Equal(graph.Tasks[task].After, graph.DependenciesOf(task).ToArray().Select(other => graph.Tasks[other].Name));
            foreach (int successor in graph.SuccessorsOf(task))
            {
                Assert.Contains(graph.Tasks[task].Name, graph.Tasks[successor].After);
            }
        }

        Assert.Equal(
            graph.Tasks.Sum(task => task.After.Count),
            Enumerable.Range(0, graph.Tasks.Length).Sum(task => graph.SuccessorsOf(task).Length));
    });

    [Fact]
    public void The_given_order_is_kept_where_the_dependencies_leave_a_choice() =>
        Assert.Equal(["b", "c", "a", "d"], TaskGraph.Build([Spec("b"), Spec("a", "c"), Spec("c"), Spec("d")]).Tasks.Select(task => task.Name));

    public static TheoryData<TaskSpec[], string> Wrong => new()
    {
        { [Spec("a", "b"), Spec("b", "a"), Spec("c")], "Missing or circular dependency among: a, b." },
        { [Spec("a", "a")], "Missing or circular dependency among: a." },
        { [Spec("a", "nobody")], "Missing or circular dependency among: a (there is no 'nobody')." },
        { [Spec("a"), Spec("b", "c"), Spec("c", "b"), Spec("d", "c")], "Missing or circular dependency among: b, c." },  // d waits for the circle and is not in it
        { [Spec("a"), Spec("b"), Spec("a")], "Duplicate task names: a." },
        { [Spec("a"), Spec("b", "a", "a")], "Tasks that name a dependency twice: b." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_with_a_graph_is_named(TaskSpec[] tasks, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<ArgumentException>(() => TaskGraph.Build(tasks)).Message);
}
