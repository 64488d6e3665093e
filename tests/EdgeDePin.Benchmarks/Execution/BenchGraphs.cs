using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Benchmarks.Execution;

/// <summary>The four graphs that task-graph libraries are usually compared with, of 262,144 empty tasks.</summary>
internal static class BenchGraphs
{
    public const int Side = 512;
    public const int Tasks = Side * Side;

    public static GraphShape Independent() => GraphShape.Of(Tasks, []);

    public static GraphShape Chain() => GraphShape.Of(Tasks, [.. Enumerable.Range(1, Tasks - 1).Select(task => (task - 1, task))]);

    /// <summary>A square in which each task waits for its left and its upper neighbour.</summary>
    public static GraphShape Wavefront()
    {
        var arrows = new List<(int, int)>(2 * Tasks);
        for (int task = 0; task < Tasks; task++)
        {
            if (task % Side > 0)
            {
                arrows.Add((task - 1, task));
            }

            if (task >= Side)
            {
                arrows.Add((task - Side, task));
            }
        }

        return GraphShape.Of(Tasks, arrows);
    }

    /// <summary>Each task points to none to three (1.5 on average) of the next thousand.</summary>
    public static GraphShape Tangle()
    {
        var random = new Random(1);
        var arrows = new HashSet<(int, int)>(2 * Tasks);
        for (int task = 0; task < Tasks - 1; task++)
        {
            for (int i = random.Next(4); i > 0; i--)
            {
                arrows.Add((task, Math.Min(Tasks - 1, task + 1 + random.Next(1000))));
            }
        }

        return GraphShape.Of(Tasks, arrows);
    }
}
