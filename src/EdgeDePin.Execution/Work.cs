using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>Which run of which priority a task belongs to, and its place in the graph.</summary>
internal readonly record struct WorkOrder(int Priority, long Run, int Task);

/// <summary>A task whose dependencies are all there, on its way to a lane or a neighbour.</summary>
internal sealed class Work : LaneWork
{
    /// <summary>Index of the token that every guest holds while it runs.</summary>
    public const ulong GuestToken = 1;

    /// <summary>A larger graph does not fit (<see cref="ExecutorOptions.MaxOpenTasks"/>), so runs and tasks make one number.</summary>
    private const double TasksOfARun = 1 << 24;

    public required Executor Executor { get; init; }

    public required WorkOrder Order { get; init; }

    public required TaskDefinition Definition { get; init; }

    public required TaskInput Input { get; init; }

    public required RunClock Clock { get; init; }

    public required string RunId { get; init; }

    public required string Graph { get; init; }

    public required string Task { get; init; }

    /// <summary>What its run knows of what is to come; null: it is alone.</summary>
    public Foresight? Foresight { get; init; }

    public int Dependencies { get; init; }

    /// <summary>Places in the graph of the tasks that it depends on.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    /// <summary>Nearly what the packed input will have.</summary>
    public double InputBytes => Input.Own.Length + Input.Dependencies.Sum(output => (double)output.Length);

    /// <summary>For whom; null for the node's own work.</summary>
    public NodeId? Requester { get; init; }

    /// <summary>Called exactly once, after the last record of this work was written.</summary>
    public required Action<Work, TaskOutcome, ExecutionRecord> Settled { get; init; }

    public required CancellationToken Token { get; init; }

    public required long ReadyAt { get; set; }

    /// <summary>From 1; each neighbour that loses or refuses the task adds one.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>Neighbours that have lost or refused it.</summary>
    public List<NodeId> Excluded { get; } = [];

    /// <summary>Set before the work is queued or handed over.</summary>
    public PlacementDecision? Decision { get; private set; }

    /// <summary>Attempts here before it has failed.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>The pause before the second attempt here; each later one is twice as long.</summary>
    public TimeSpan Backoff { get; init; }

    /// <summary>After this long the token of an attempt here is cancelled; null: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Its output when it has failed; null: it has none.</summary>
    public byte[]? Fallback { get; init; }

    /// <summary>Attempts here that failed.</summary>
    public int Failures { get; set; }

    /// <summary>When <see cref="Decision"/> was made; its durations count from here.</summary>
    public long DecidedAt { get; private set; }

    /// <summary>What came of running it here; null while it has not run.</summary>
    public (TaskOutcome Outcome, Execution Execution)? Result { get; set; }

    public bool IsGuest => Requester is not null;

    /// <summary>No neighbour gets it: a guest is somebody else's already, and a check compares a neighbour's result with our own.</summary>
    public bool StaysHere { get; init; }

    public TimeSpan Expected => Decision?.Expected.RunTime ?? TimeSpan.Zero;

    /// <summary>Guests come after all own work, whatever its priority, and hold the token of which there are only so many.</summary>
    public override TaskNeeds Needs => IsGuest
        ? new TaskNeeds(short.MinValue, Tokens: GuestToken)
        : new TaskNeeds((short)Math.Clamp(Order.Priority, short.MinValue + 1, short.MaxValue));

    /// <summary>The older run first, then the longest path that follows.</summary>
    public override double Rank => -((Order.Run * TasksOfARun) + (Foresight?.PlaceOf(Order.Task) ?? Order.Task));

    public Work Decide(PlacementDecision decision, long now)
    {
        (Decision, DecidedAt) = (decision, now);
        Foresight?.Placed(Order.Task, decision, now);
        return this;
    }

    public override void Run(TaskScope scope) => Executor.RunOnLane(this, scope);

    public override void Ended(in LaneRecord record) => Executor.EndOnLane(this, record);
}
