using System.Globalization;
using System.Text;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Explaining;

/// <summary>Everything that can be said about a run, for people.</summary>
public sealed record Explanation(ExecutedRun Run, CriticalPath Path, Decomposition Parts, IReadOnlyList<Prospect> Prospects)
{
    /// <summary>Lines of each list.</summary>
    private const int Most = 12;

    /// <summary>A simulation that is further from the real makespan than this is said to be.</summary>
    private const double Doubtful = 0.05;

    /// <param name="faster">A task of which it is asked what would be if it were so many times as fast; null: none.</param>
    public static Explanation Of(ExecutedRun run, (string Task, double Speed)? faster = null) =>
        new(run, CriticalPath.Of(run), Decomposition.Of(run), WhatIf.Of(run, faster));

    /// <summary>Kinds by the time that their tasks spent on the executed path, in nanoseconds.</summary>
    public IEnumerable<(string Kind, long OnPath, int Steps)> Bottlenecks => Path.Executed
        .GroupBy(step => Run.KindOf(step.Task), StringComparer.Ordinal)
        .Select(steps => (steps.Key, steps.Sum(step => step.Ran), steps.Count()))
        .OrderByDescending(kind => kind.Item2);

    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Tasks()} on {Run.Lanes.Length} lanes: makespan {Seconds(Run.Makespan)}, longest path of the graph {Seconds(Path.GraphLength)}.");
        foreach (JournalEntry wrong in Run.TakenBack.Take(Most))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{wrong.Task}: {wrong.Cause} ({wrong.Worker}).");
        }

        text.AppendLine("Where the time of the lanes went (sums exactly):");
        foreach ((string name, Int128 part) in Named())
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {name,-17} {Seconds((long)(part / Math.Max(1, Parts.Lanes))),14}  {(Parts.Whole == 0 ? 0 : (double)part / (double)Parts.Whole),7:P2}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"Executed path: {Path.Executed.Count} steps, {Seconds(Path.Executed.Sum(step => step.Waited))} of it waiting.");
        foreach (PathStep step in Path.Executed.OrderByDescending(step => step.Ran + step.Waited).Take(Most))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {Run.NameOf(step.Task)} ran {Seconds(step.Ran)}, waited {Seconds(step.Waited)} ({step.Enabler.ToString().ToLowerInvariant()}); slack {Seconds(Path.Slack[step.Task])}, drag {Seconds(Path.Drag[step.Task])}");
            if (Run.WhyThere(step.Task) is string why)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {why}");
            }
        }

        text.AppendLine("Bottlenecks (time on the executed path):");
        foreach ((string kind, long onPath, int steps) in Bottlenecks.Take(Most))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {kind}: {Seconds(onPath)} in {steps} steps");
        }

        text.AppendLine("What if (simulated from the records):");
        if (Prospects.Count > 0 && Run.Makespan > 0 && Math.Abs((Prospects[0].MakespanSeconds * 1e9 / Run.Makespan) - 1) is double off && off > Doubtful)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  The simulation of the run as it was misses what really happened by {off:P0}: it knows nothing of who else used the cores, nor of what starting took. Read the rest as a direction.");
        }

        foreach (Prospect prospect in Prospects)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {prospect.Change}: {prospect.MakespanSeconds:0.######} s ({-prospect.Gain:+0.######;-0.######;0} s)");
        }

        return text.ToString();
    }

    private string Tasks()
    {
        int tasks = Run.Entries.Select(entry => entry.Number).Distinct().Count();
        return tasks == 0 || tasks == Run.Tasks ? $"{Run.Tasks} tasks" : $"{Run.Tasks} executions of {tasks} tasks";
    }

    public IEnumerable<(string Name, Int128 Part)> Named() =>
    [
        ("run", Parts.Run), ("transfer", Parts.Transfer), ("dependency wait", Parts.DependencyWait), ("scheduling delay", Parts.SchedulingDelay), ("tail", Parts.Tail),
    ];

    internal static string Seconds(long nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.######} s");
}
