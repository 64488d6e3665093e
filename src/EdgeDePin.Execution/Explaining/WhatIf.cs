using System.Globalization;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Explaining;

/// <summary>A change, and the makespan that the recorded tasks would have had with it.</summary>
/// <param name="Gain">By how much shorter than the run simulated without a change, in seconds; negative is longer.</param>
public readonly record struct Prospect(string Change, double MakespanSeconds, double Gain);

/// <summary>
/// What would have happened: the recorded tasks, with their recorded times, demands and travel, run again in virtual time by the
/// dispatcher of real runs. Not an estimate of parts but a whole other run.
/// </summary>
public static class WhatIf
{
    /// <summary>Kinds that are tried at twice the speed: those that ran longest in sum.</summary>
    public const int MaxKinds = 12;

    /// <param name="faster">A task, and how many times as fast it should be; null: none.</param>
    /// <returns>First the run without a change, then the prospects, the greatest gain first.</returns>
    public static IReadOnlyList<Prospect> Of(ExecutedRun run, (string Task, double Speed)? faster = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        var replay = new Replay(run);
        double now = replay.Makespan(new Change());
        var prospects = new List<Prospect>();
        void Add(string what, Change change)
        {
            double makespan = replay.Makespan(change);
            prospects.Add(new Prospect(what, makespan, now - makespan));
        }

        for (int node = 0; node < replay.Nodes.Count; node++)
        {
            Add($"one more core on {replay.Nodes[node]}", new Change { MoreCores = node });
            if (replay.Nodes.Count > 1 && replay.CanDoWithout(node))
            {
                Add($"without {replay.Nodes[node]}", new Change { Without = node });
            }
        }

        foreach ((Token token, int at) in replay.Shared.Tokens.Select((token, at) => (token, at)))
        {
            Add($"one more '{token.Name}'", new Change { MoreOfToken = at });
        }

        if (replay.Shared.MemoryBytes < long.MaxValue)
        {
            Add("twice the memory", new Change { MoreMemory = true });
        }

        if (run.Transfer.Any(travel => travel > 0))
        {
            Add("a network without delay", new Change { NoTravel = true });
        }

        foreach (string kind in Enumerable.Range(0, run.Tasks).GroupBy(run.KindOf, StringComparer.Ordinal)
            .OrderByDescending(tasks => tasks.Sum(task => run.End[task] - run.Start[task])).Take(MaxKinds).Select(tasks => tasks.Key))
        {
            Add($"{kind} twice as fast", new Change { Speed = task => run.KindOf(task) == kind ? 2 : 1 });
        }

        if (faster is (string name, double speed))
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"task {name} {speed} times as fast"),
                new Change { Speed = task => task < run.Entries.Count && run.Entries[task].Task == name ? speed : 1 });
        }

        return [new Prospect("as it was", now, 0), .. prospects.OrderByDescending(prospect => prospect.Gain)];
    }
}
