namespace EdgeDePin.Execution.Scheduling;

/// <summary>Where and when each task is to run.</summary>
/// <param name="Core">One for each task.</param>
/// <param name="Start">Seconds from the beginning.</param>
public sealed record Plan(int[] Core, double[] Start, double[] End)
{
    public double MakespanSeconds => End.Length == 0 ? 0 : End.Max();
}

/// <summary>What is certain when a plan is made in the middle of a run.</summary>
internal sealed class Progress
{
    public Progress(int tasks, int cores) =>
        (Core, Start, End, CoreFree) = ([.. Enumerable.Repeat(-1, tasks)], new double[tasks], new double[tasks], new double[cores]);

    /// <summary>Nothing that is not begun starts earlier.</summary>
    public double Now { get; set; }

    /// <summary>The core of each task that has begun; -1 for the others.</summary>
    public int[] Core { get; }

    public double[] Start { get; }

    /// <summary>For a task that runs, as expected now.</summary>
    public double[] End { get; }

    /// <summary>When each core has ended what has begun on it.</summary>
    public double[] CoreFree { get; }
}
