using EdgeDePin.Execution.Learning;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>
/// What happened in one execution (one attempt of one task), as seen by the node that recorded it. Instants are UTC, all
/// taken from one monotonic clock within a run, so that they never run backwards. Append-only: nobody corrects a record.
/// </summary>
public sealed record ExecutionRecord
{
    /// <summary>Given by the <see cref="RecordLog"/>, from 1 without gaps: a missing number is a lost record.</summary>
    public long Sequence { get; internal set; }

    /// <summary>The run of the graph: start instant and a number, unique on this node.</summary>
    public required string RunId { get; init; }

    /// <summary>Name of the graph; <c>guest</c> for work done for a neighbour.</summary>
    public required string Graph { get; init; }

    public required string Task { get; init; }

    public required TaskKind Kind { get; init; }

    /// <summary>From 1; 0 says that nothing was attempted (skipped, or cancelled while waiting).</summary>
    public required int Attempt { get; init; }

    public required int Priority { get; init; }

    /// <summary>How many tasks this one depends on.</summary>
    public required int Dependencies { get; init; }

    /// <summary>Place of the task in its graph, from 0.</summary>
    public int Number { get; init; }

    /// <summary>Places of the tasks that it depends on.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    /// <summary>When the last dependency was there, or when the previous attempt had ended.</summary>
    public required DateTimeOffset ReadyAt { get; init; }

    /// <summary>When a lane began, or when the task was handed to the neighbour.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the output was there, or when it was certain that none would come.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Ready but not started.</summary>
    public TimeSpan Wait => StartedAt - ReadyAt;

    /// <summary>How long the function ran: measured here, or the neighbour's claim, never more than start to end.</summary>
    public required TimeSpan RunTime { get; init; }

    /// <summary>Start to end without the run: packing and digests here; queue, transfer and verification at a neighbour.</summary>
    public TimeSpan Overhead => EndedAt - StartedAt - RunTime;

    /// <summary>The lane of this node, from 0; -1 when no lane of this node was used.</summary>
    public required int Lane { get; init; }

    /// <summary>Lanes of this node, those that ran nothing included; 0: not said.</summary>
    public int Lanes { get; init; }

    /// <summary>How long a neighbour kept it waiting: from asking to its lease. Part of start to end; 0 here.</summary>
    public TimeSpan Queue { get; init; }

    /// <summary>How long input and output travelled between this node and the neighbour. Part of start to end; 0 here.</summary>
    public TimeSpan Transfer { get; init; }

    /// <summary>Who recorded.</summary>
    public required string Node { get; init; }

    /// <summary>Who ran it: <see cref="Node"/>, or the neighbour's name.</summary>
    public required string Worker { get; init; }

    /// <summary>The neighbour that ran it; null when this node did.</summary>
    public NodeId? WorkerId { get; init; }

    /// <summary>When the neighbour says it began, by the neighbour's clock; null when it did not say.</summary>
    public DateTimeOffset? WorkerStartedAt { get; init; }

    /// <summary>For whom: null for the node's own work.</summary>
    public NodeId? Requester { get; init; }

    public required ExecutionOutcome Outcome { get; init; }

    /// <summary>Why it did not succeed; null when it did.</summary>
    public string? Cause { get; init; }

    /// <summary>Bytes of the packed input; 0 when nothing was attempted.</summary>
    public required int InputBytes { get; init; }

    public int OutputBytes { get; init; }

    /// <summary>Digest of the packed input; null when nothing was attempted.</summary>
    public Digest? Input { get; init; }

    /// <summary>Digest of the output; null without output.</summary>
    public Digest? Output { get; init; }

    /// <summary>The run time expected before it began, in seconds.</summary>
    public required double PredictedSeconds { get; init; }

    /// <summary>How many executions that expectation rests on; 0 is a guess.</summary>
    public required int EstimateSamples { get; init; }

    /// <summary>What nine of ten such executions were expected not to exceed, in seconds; 0 when nothing was predicted.</summary>
    public double PredictedP90Seconds { get; init; }

    /// <summary>Which predictor said so.</summary>
    public RunTimeModelId Model { get; init; }

    /// <summary>When it was expected to be finished where it was placed; null when nothing was placed.</summary>
    public DateTimeOffset? PredictedFinish { get; init; }

    /// <summary>The next best place, by name; null when there was none.</summary>
    public string? RunnerUp { get; init; }

    /// <summary>When the next best place would have finished.</summary>
    public DateTimeOffset? RunnerUpFinish { get; init; }

    /// <summary>Managed bytes that the function allocated here; 0 for a neighbour's run.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Processor time of the lane meanwhile, packing and digests included; null when it was not measured, or ran elsewhere.</summary>
    public TimeSpan? CpuTime { get; init; }

    public CpuQuality CpuQuality { get; init; }

    /// <summary>Of this node's processor; <see cref="LaneRecord.NoTemperature"/> where the machine does not tell.</summary>
    public sbyte TemperatureCelsius { get; init; } = LaneRecord.NoTemperature;

    /// <summary>Clock of this node's processor; 0 where the machine does not tell.</summary>
    public ushort MegaHertz { get; init; }

    public required Verification Verification { get; init; }
}
