using CsCheck;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Lanes;

/// <summary>Graphs to run: the usual four of the benchmarks, and random ones.</summary>
internal static class Shapes
{
    public static GraphShape Independent(int tasks) => GraphShape.Of(tasks, []);

    public static GraphShape Chain(int tasks) => GraphShape.Of(tasks, [.. Enumerable.Range(1, tasks - 1).Select(task => (task - 1, task))]);

    /// <summary>A square; each task waits for its left and upper neighbour.</summary>
    public static GraphShape Wavefront(int side) => GraphShape.Of(side * side,
        [.. Enumerable.Range(0, side * side).SelectMany(task => Before(task, side).Select(before => (before, task)))]);

    /// <summary>Each task points to up to <paramref name="most"/> of the next thousand.</summary>
    public static GraphShape Random(int tasks, int most, Random random)
    {
        var arrows = new HashSet<(int, int)>();
        for (int task = 0; task < tasks - 1; task++)
        {
            int successors = random.Next(most + 1);
            for (int i = 0; i < successors; i++)
            {
                arrows.Add((task, Math.Min(tasks - 1, task + 1 + random.Next(1000))));
            }
        }

        return GraphShape.Of(tasks, arrows);
    }

    /// <summary>1 to 60 tasks with arrows from lower to higher numbers, in a shuffled numbering.</summary>
    public static Gen<GraphShape> Any { get; } = Gen.Select(Gen.Int[1, 60], Gen.Int[0, 3], Gen.Int).Select((tasks, density, seed) =>
    {
        var random = new Random(seed);
        int[] number = [.. Enumerable.Range(0, tasks)];
        random.Shuffle(number);
        var arrows = new HashSet<(int, int)>();
        for (int task = 1; task < tasks; task++)
        {
            for (int i = random.Next(density + 1); i > 0; i--)
            {
                arrows.Add((number[random.Next(task)], number[task]));
            }
        }

        return GraphShape.Of(tasks, arrows);
    });

    private static IEnumerable<int> Before(int task, int side)
    {
        if (task % side > 0)
        {
            yield return task - 1;
        }

        if (task >= side)
        {
            yield return task - side;
        }
    }
}
