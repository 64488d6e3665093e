using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Records;

/// <summary>One execution as it lies in a journal: instants are nanoseconds since 1970-01-01 UTC, durations nanoseconds.</summary>
public readonly record struct JournalEntry
{
    /// <summary>The run of a graph, unique in its journal.</summary>
    public required string Run { get; init; }

    public required string Graph { get; init; }

    public required string Task { get; init; }

    public required string Kind { get; init; }

    /// <summary>Who ran it: a node's name.</summary>
    public required string Worker { get; init; }

    /// <summary>Number of the task in its run, from 0; 0 to 2^31 - 1.</summary>
    public required int Number { get; init; }

    /// <summary>Numbers of the tasks it waited for.</summary>
    public IReadOnlyList<int> After { get; init; }

    public required long Ready { get; init; }

    public required long Start { get; init; }

    public required long End { get; init; }

    /// <summary>Part of ready to start for which it waited for a resource that others held.</summary>
    public long ResourceWait { get; init; }

    /// <summary>Part of ready to start for which its inputs travelled.</summary>
    public long Transfer { get; init; }

    public long CpuNanoseconds { get; init; }

    public CpuQuality CpuQuality { get; init; }

    public long AllocatedBytes { get; init; }

    public ulong InputDigest { get; init; }

    public ulong OutputDigest { get; init; }

    /// <summary>0: nothing was predicted.</summary>
    public float PredictedSeconds { get; init; }

    public float PredictedP90Seconds { get; init; }

    /// <summary>Which model predicted (<see cref="Learning.RunTimeModelId"/>).</summary>
    public byte Model { get; init; }

    public ExecutionOutcome Outcome { get; init; }

    /// <summary>Why it did not succeed; empty when it did, or when nobody wrote it down.</summary>
    public string Cause { get; init; }

    /// <summary>From 1; 0 says that nothing was attempted.</summary>
    public int Attempt { get; init; }

    public int Priority { get; init; }

    /// <summary>What it asked for while it ran; null: one core, and nothing else.</summary>
    public TaskNeeds? Needs { get; init; }

    /// <summary>Number of the task that added this one to the running graph; null: it stood there from the beginning.</summary>
    public int? SpawnedBy { get; init; }

    /// <summary>When it was expected to be finished where it was placed; 0: nothing was placed.</summary>
    public long PredictedFinish { get; init; }

    /// <summary>The next best place by name; null when there was none.</summary>
    public string? RunnerUp { get; init; }

    /// <summary>When the next best place would have finished; 0 without one.</summary>
    public long RunnerUpFinish { get; init; }

    /// <summary>Lanes of the node that recorded it, those that ran nothing included; 0: it did not say.</summary>
    public int Lanes { get; init; }

    /// <summary>What the tasks of its run had to share; null: nothing but the lanes.</summary>
    public Resources? Resources { get; init; }

    /// <summary>-1: no lane of the recording node.</summary>
    public int Lane { get; init; }

    public sbyte TemperatureCelsius { get; init; }

    public ushort MegaHertz { get; init; }

    /// <summary>Start to end.</summary>
    public long Nanoseconds => End - Start;
}
