using System.Runtime.InteropServices;

namespace EdgeDePin.Execution.Records;

/// <summary>How far the CPU time of a record may be believed.</summary>
public enum CpuQuality : byte
{
    /// <summary>Not measured: the execution was too short to be worth the call, and the first after a pause.</summary>
    None,

    /// <summary>What the thread used for several executions, without what the others were given; or its share of that by wall time.</summary>
    Apportioned,

    /// <summary>Measured around this execution alone.</summary>
    Exact,

    /// <summary>Not measured: the share of the processor that the thread had in the 200 µs before, of this execution's wall time.</summary>
    Carried,
}

/// <summary>
/// What a lane notes of one execution: 128 bytes, two cache lines, no reference. Stamps are of the run's
/// <see cref="TimeProvider"/>; the end of one execution is the start of the next while a lane stays busy.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
public struct LaneRecord
{
    public const int Bytes = 128;

    /// <summary>Of the lane, from 1 without gaps: a missing number is a lost record.</summary>
    public long Sequence;

    /// <summary>When the last task that it waits for had ended, or the pause before this attempt was over.</summary>
    public long Ready;

    /// <summary>When its resources were granted; equal to <see cref="Ready"/> where none are asked for.</summary>
    public long Granted;

    /// <summary>When a lane began.</summary>
    public long Start;

    /// <summary>When it was over.</summary>
    public long End;

    /// <summary>Time that inputs needed to arrive, in stamps; part of <see cref="Ready"/> to <see cref="Start"/>.</summary>
    public long Transfer;

    /// <summary>Processor time of the thread; see <see cref="CpuQuality"/>.</summary>
    public long CpuNanoseconds;

    /// <summary>Managed bytes allocated by the lane's thread meanwhile.</summary>
    public long AllocatedBytes;

    /// <summary>First 8 bytes of the digest of the input; 0 when none was taken.</summary>
    public ulong InputDigest;

    /// <summary>First 8 bytes of the digest of the output; 0 when none was taken.</summary>
    public ulong OutputDigest;

    /// <summary>Number of the task in its graph; spawned tasks follow the graph's own.</summary>
    public int Task;

    /// <summary>Number of the run on this crew, from 1.</summary>
    public int Run;

    /// <summary>The task that spawned this one; -1 for a task of the graph.</summary>
    public int Parent;

    /// <summary>Index into the run's kinds; 0 where there are none.</summary>
    public int Kind;

    /// <summary>The run time expected before it began, in seconds; 0 when nothing was predicted.</summary>
    public float PredictedSeconds;

    /// <summary>What nine of ten such executions should not exceed, in seconds; 0 when nothing was predicted.</summary>
    public float PredictedP90Seconds;

    /// <summary>Which predictor said so.</summary>
    public byte Model;

    public ExecutionOutcome Outcome;

    public CpuQuality CpuQuality;

    /// <summary>Degrees Celsius of the processor; <see cref="NoTemperature"/> where the machine does not tell.</summary>
    public sbyte TemperatureCelsius;

    /// <summary>Clock of the processor in MHz; 0 where the machine does not tell.</summary>
    public ushort MegaHertz;

    /// <summary>From 1; 0 says that nothing was attempted (skipped, or cancelled while waiting).</summary>
    public ushort Attempt;

    public short Priority;

    public ushort Lane;

    /// <summary>Which worker of the platform ran it; 0 is this node.</summary>
    public ushort Worker;

    public const sbyte NoTemperature = sbyte.MinValue;
}
