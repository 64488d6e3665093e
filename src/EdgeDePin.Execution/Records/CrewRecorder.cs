using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Records;

/// <summary>What the lanes of a crew do not know of a run, and its journal entries need.</summary>
/// <param name="Run">Unique in the journal.</param>
/// <param name="TaskNames">One for each task of the graph; null: their numbers.</param>
/// <param name="KindNames">By the number in the plan's kinds; null: <c>task</c>.</param>
/// <param name="Worker">The name of this node.</param>
public sealed record RunNames(string Run, string Graph, GraphShape Shape, IReadOnlyList<string>? TaskNames, IReadOnlyList<string>? KindNames, string Worker)
{
    /// <summary>What the tasks asked for, as in the plan; null: one core each.</summary>
    public IReadOnlyList<TaskNeeds>? Needs { get; init; }

    /// <summary>What there was to share, as in the plan; null: the lanes.</summary>
    public Resources? Resources { get; init; }
}

/// <summary>Takes records from the rings of a crew to a journal. One thread at a time.</summary>
public sealed class CrewRecorder
{
    private static readonly TaskNeeds OneCore = new(Cores: 1);

    private readonly LaneCrew _crew;
    private readonly RecordJournal _journal;
    private readonly TimeProvider _time;
    private readonly LaneRecord[] _batch = new LaneRecord[1024];
    private readonly long _stamp;
    private readonly long _epochNanoseconds;
    private long _lost;

    public CrewRecorder(LaneCrew crew, RecordJournal journal, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(crew);
        ArgumentNullException.ThrowIfNull(time);
        (_crew, _journal, _time, _stamp) = (crew, journal, time, time.GetTimestamp());
        _epochNanoseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
    }

    /// <summary>Writes every record that waits. All of them must be of runs that <paramref name="names"/> speaks of.</summary>
    /// <param name="causes">Of failed attempts, as the run's report has them; null: not known yet.</param>
    public void Drain(RunNames names, IReadOnlyDictionary<(int Task, int Attempt), string>? causes = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (RecordRing ring in _crew.Rings)
        {
            for (int count = ring.Drain(_batch); count > 0; count = ring.Drain(_batch))
            {
                foreach (ref readonly LaneRecord record in _batch.AsSpan(0, count))
                {
                    _journal.Append(Entry(record, names, causes));
                }
            }
        }

        long lost = _crew.Rings.Sum(ring => ring.Lost);
        _journal.CountLost(lost - _lost);
        _lost = lost;
    }

    private JournalEntry Entry(in LaneRecord record, RunNames names, IReadOnlyDictionary<(int Task, int Attempt), string>? causes)
    {
        bool ofGraph = record.Task < names.Shape.Tasks;
        return new JournalEntry
        {
            Run = names.Run,
            Graph = names.Graph,
            Task = ofGraph && names.TaskNames is { } tasks ? tasks[record.Task] : "",
            Kind = names.KindNames is { } kinds && ofGraph ? kinds[record.Kind] : ofGraph ? "task" : "spawned",
            Worker = names.Worker,
            Number = record.Task,
            After = ofGraph ? names.Shape.DependenciesOf(record.Task).ToArray() : [],
            Ready = Instant(record.Ready),
            Start = Instant(record.Start),
            End = Instant(record.End),
            ResourceWait = Instant(record.Granted) - Instant(record.Ready),
            Transfer = Span(record.Transfer),
            CpuNanoseconds = record.CpuNanoseconds,
            CpuQuality = record.CpuQuality,
            AllocatedBytes = record.AllocatedBytes,
            InputDigest = record.InputDigest,
            OutputDigest = record.OutputDigest,
            PredictedSeconds = record.PredictedSeconds,
            PredictedP90Seconds = record.PredictedP90Seconds,
            Model = record.Model,
            Outcome = record.Outcome,
            Cause = record.Outcome == ExecutionOutcome.Succeeded ? "" : causes?.GetValueOrDefault((record.Task, record.Attempt), "") ?? "",
            Attempt = record.Attempt,
            Priority = record.Priority,
            Needs = ofGraph && names.Needs is { } needs && needs[record.Task] is var asked && asked with { Priority = 0 } != OneCore ? asked : null,
            SpawnedBy = record.Parent < 0 ? null : record.Parent,
            Lanes = _crew.Lanes,
            Resources = names.Resources,
            Lane = record.Lane,
            TemperatureCelsius = record.TemperatureCelsius,
            MegaHertz = record.MegaHertz,
        };
    }

    private long Instant(long stamp) => _epochNanoseconds + Span(stamp - _stamp);

    private long Span(long stamps) => _time.TimestampFrequency == 1_000_000_000 ? stamps
        : (long)((Int128)stamps * 1_000_000_000 / _time.TimestampFrequency);
}
