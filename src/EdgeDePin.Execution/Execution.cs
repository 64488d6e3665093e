using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Learning;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>What was measured of one execution; with its work it makes the record.</summary>
/// <param name="Started">Timestamp of the time provider.</param>
/// <param name="Ended">Timestamp of the time provider.</param>
internal sealed record Execution(long Started, long Ended)
{
    public TimeSpan RunTime { get; init; }
    public int Lane { get; init; } = -1;
    public RemoteWorker? Worker { get; init; }
    public DateTimeOffset? WorkerStartedAt { get; init; }
    public TimeSpan Queue { get; init; }
    public TimeSpan Transfer { get; init; }
    public Digest? Input { get; init; }
    public int InputBytes { get; init; }
    public Digest? Output { get; init; }
    public long AllocatedBytes { get; init; }
    public TimeSpan? CpuTime { get; init; }
    public CpuQuality CpuQuality { get; init; }
    public sbyte TemperatureCelsius { get; init; } = LaneRecord.NoTemperature;
    public ushort MegaHertz { get; init; }
    public Verification Verification { get; init; } = Verification.None;

    /// <summary>For an attempt that does not settle its task; otherwise the task's outcome says it.</summary>
    public ExecutionOutcome Outcome { get; init; }
    public string? Cause { get; init; }

    /// <summary>It failed because its time was up.</summary>
    public bool HasTimedOut { get; init; }

    /// <summary>Runs the work's function on the calling lane. When it began and ended the lane will say.</summary>
    /// <param name="faulted">Told what the function has registered with its token, should that throw.</param>
    public static (TaskOutcome Outcome, Execution Execution) Of(Work work, TaskScope scope, TimeProvider time, Action<Exception> faulted)
    {
        using Deadline? deadline = work.Timeout is { } timeout ? new Deadline(timeout, time, faulted, work.Token) : null;
        scope.Token = deadline?.Token ?? work.Token;
        byte[] packed = work.Input.Pack();
        Digest input = Digest.Of(packed);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long began = time.GetTimestamp();
        TaskOutcome outcome = Run(work, scope, deadline);
        TimeSpan ran = time.GetElapsedTime(began + scope.Paused);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        byte[]? output = (outcome as TaskOutcome.Succeeded)?.Output;
        Digest? digest = output is null ? null : Digest.Of(output);
        return (outcome, new Execution(Started: 0, Ended: 0)
        {
            RunTime = ran,
            Lane = scope.Lane,
            HasTimedOut = outcome is TaskOutcome.Failed && deadline is { Expired: true },
            Input = input,
            InputBytes = packed.Length,
            Output = digest,
            AllocatedBytes = allocated,
            Verification = output is null ? Verification.None : Verification.Local,
        });
    }

    /// <summary>With what the lane has noted.</summary>
    public Execution With(in LaneRecord noted) => this with
    {
        Started = noted.Start,
        Ended = noted.End,
        CpuTime = noted.CpuQuality == CpuQuality.None ? null : TimeSpan.FromTicks(noted.CpuNanoseconds / TimeSpan.NanosecondsPerTick),
        CpuQuality = noted.CpuQuality,
        TemperatureCelsius = noted.TemperatureCelsius,
        MegaHertz = noted.MegaHertz,
    };

    /// <param name="outcome">How the task ended; null when only this attempt did.</param>
    /// <param name="lanes">Of this node.</param>
    public ExecutionRecord Record(Work work, TaskOutcome? outcome, string node, int lanes)
    {
        byte[]? output = (outcome as TaskOutcome.Succeeded)?.Output;
        PlacementDecision? decision = work.Decision;
        return new ExecutionRecord
        {
            RunId = work.RunId,
            Graph = work.Graph,
            Task = work.Task,
            Kind = work.Definition.Kind,
            Attempt = Input is null ? 0 : work.Attempt,
            Priority = work.Order.Priority,
            Dependencies = work.Dependencies,
            Number = work.Order.Task,
            After = work.After,
            ReadyAt = work.Clock.At(work.ReadyAt),
            StartedAt = work.Clock.At(Started),
            EndedAt = work.Clock.At(Ended),
            RunTime = RunTime,
            Lane = Lane,
            Lanes = lanes,
            Queue = Queue,
            Transfer = Transfer,
            Node = node,
            Worker = Worker?.Name ?? node,
            WorkerId = Worker?.Id,
            WorkerStartedAt = WorkerStartedAt,
            Requester = work.Requester,
            Outcome = outcome switch
            {
                TaskOutcome.Succeeded => Outcome == ExecutionOutcome.FellBack ? Outcome : ExecutionOutcome.Succeeded,
                TaskOutcome.Failed => HasTimedOut ? ExecutionOutcome.TimedOut : ExecutionOutcome.Failed,
                TaskOutcome.Skipped => ExecutionOutcome.Skipped,
                TaskOutcome.Cancelled => ExecutionOutcome.Cancelled,
                _ => Outcome,
            },
            Cause = outcome switch
            {
                TaskOutcome.Failed failed => failed.Cause,
                TaskOutcome.Skipped skipped => skipped.Cause,
                _ => Cause,
            },
            InputBytes = InputBytes,
            OutputBytes = output?.Length ?? 0,
            Input = Input,
            Output = output is null ? null : Output ?? Digest.Of(output),
            PredictedSeconds = decision?.Expected.RunTime.TotalSeconds ?? 0,
            EstimateSamples = decision?.Expected.Samples ?? 0,
            PredictedP90Seconds = decision?.Expected.P90.TotalSeconds ?? 0,
            Model = decision?.Expected.Model ?? RunTimeModelId.Guess,
            PredictedFinish = decision is null ? null : work.Clock.At(work.DecidedAt) + decision.Finish,
            RunnerUp = decision?.RunnerUp,
            RunnerUpFinish = decision?.RunnerUpFinish is TimeSpan finish ? work.Clock.At(work.DecidedAt) + finish : null,
            AllocatedBytes = AllocatedBytes,
            CpuTime = CpuTime,
            CpuQuality = CpuQuality,
            TemperatureCelsius = TemperatureCelsius,
            MegaHertz = MegaHertz,
            Verification = Verification,
        };
    }

    private static TaskOutcome Run(Work work, TaskScope scope, Deadline? deadline)
    {
        try
        {
            byte[]? output = work.Definition.Run(work.Input with { Turn = scope }, scope.Token);
            return output is null ? new TaskOutcome.Failed("It returned null instead of bytes.") : new TaskOutcome.Succeeded(output);
        }
        catch (OperationCanceledException) when (work.Token.IsCancellationRequested)
        {
            return new TaskOutcome.Cancelled();
        }
        catch (OperationCanceledException) when (deadline is { Expired: true })
        {
            return new TaskOutcome.Failed($"It ran longer than {work.Timeout}.");
        }
        catch (Exception error)
        {
            // A task function is foreign code to the executor: whatever it throws is that task's failure and no one else's.
            return new TaskOutcome.Failed($"{error.GetType().Name}: {error.Message}");
        }
    }
}
