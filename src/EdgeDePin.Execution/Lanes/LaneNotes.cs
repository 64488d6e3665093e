using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Lanes;

/// <summary>Writes the records of one lane: no allocation, no lock, no call into the system but the clocks.</summary>
internal sealed class LaneNotes(LaneCrew crew, int lane, RecordRing ring)
{
    private readonly CpuShare _cpu = new(crew.Time.TimestampFrequency);
    private CrewRun _run = null!;
    private LaneRecord _told;
    private long _allocated;

    public void Begin(CrewRun run, long now)
    {
        _run = run;
        Restart(now);
    }

    /// <summary>After the lane had nothing to do.</summary>
    public void Restart(long now)
    {
        if (_run.Recording)
        {
            _cpu.Restart(now);
            _allocated = GC.GetAllocatedBytesForCurrentThread();
        }
    }

    public void Write(int task, ExecutionOutcome outcome, int attempt, long start, long end, bool passedOver, TaskScope scope)
    {
        Fill(ref ring.Next(), task, outcome, attempt, start, end, passedOver, scope);
        ring.Commit();
    }

    /// <summary>For work that keeps its own record. What is returned holds until the next call.</summary>
    public ref readonly LaneRecord Tell(int task, ExecutionOutcome outcome, int attempt, long start, long end, bool passedOver, TaskScope scope)
    {
        _told.Sequence++;
        Fill(ref _told, task, outcome, attempt, start, end, passedOver, scope);
        return ref _told;
    }

    private void Fill(ref LaneRecord record, int task, ExecutionOutcome outcome, int attempt, long start, long end, bool passedOver, TaskScope scope)
    {
        CrewRun run = _run;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        bool ofGraph = task < run.Shape.Tasks;
        record.Ready = ofGraph ? run.ReadyAt![task] : run.Growth[task].ReadyAt;
        // The start is the end of the lane's previous task; what another lane made ready in between was not started before.
        record.Start = Math.Max(start, record.Ready);
        record.Granted = passedOver ? record.Start : record.Ready;
        record.End = end;
        record.Transfer = 0;
        record.AllocatedBytes = allocated - _allocated;
        _allocated = allocated;
        record.Task = task;
        record.Run = run.Number;
        record.Parent = ofGraph ? -1 : run.Growth[task].Parent;
        record.Kind = ofGraph && run.Plan.Kinds is { } kinds ? kinds[task] : 0;
        (record.InputDigest, record.OutputDigest) = attempt == 0 ? (0, 0) : (scope.InputDigest, scope.OutputDigest);
        Prediction prediction = ofGraph && run.Plan.Predictions is { } predictions ? predictions[task] : default;
        (record.PredictedSeconds, record.PredictedP90Seconds, record.Model) = (prediction.Seconds, prediction.P90Seconds, prediction.Model);
        record.Outcome = outcome;
        record.Attempt = (ushort)attempt;
        record.Priority = ofGraph && run.Plan.Needs is { } needs ? needs[task].Priority : (short)0;
        record.Lane = (ushort)lane;
        record.Worker = 0;
        record.TemperatureCelsius = crew.Machine.TemperatureCelsius;
        record.MegaHertz = crew.Machine.MegaHertz;
        if (!_cpu.IsDue(end))
        {
            (record.CpuNanoseconds, record.CpuQuality) = _cpu.Carry(start, end);
        }
        else
        {
            (record.CpuNanoseconds, record.CpuQuality) = _cpu.Take(start, end);
            crew.Machine.LookIfDue(end);
        }
    }
}
