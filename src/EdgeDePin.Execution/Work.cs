using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>Who runs first: higher priority, then the older run, then the place in the graph. No two are equal.</summary>
internal readonly record struct WorkOrder(int Priority, long Run, int Task) : IComparable<WorkOrder>
{
    public int CompareTo(WorkOrder other)
    {
        int byPriority = other.Priority.CompareTo(Priority);
        int byRun = byPriority != 0 ? byPriority : Run.CompareTo(other.Run);
        return byRun != 0 ? byRun : Task.CompareTo(other.Task);
    }

    public static bool operator <(WorkOrder left, WorkOrder right) => left.CompareTo(right) < 0;
    public static bool operator >(WorkOrder left, WorkOrder right) => left.CompareTo(right) > 0;
    public static bool operator <=(WorkOrder left, WorkOrder right) => left.CompareTo(right) <= 0;
    public static bool operator >=(WorkOrder left, WorkOrder right) => left.CompareTo(right) >= 0;
}

/// <summary>A task whose dependencies are all there, on its way to a lane or a neighbour.</summary>
internal sealed class Work
{
    public required WorkOrder Order { get; init; }

    public required TaskDefinition Definition { get; init; }

    public required TaskInput Input { get; init; }

    public required RunClock Clock { get; init; }

    public required string RunId { get; init; }

    public required string Graph { get; init; }

    public required string Task { get; init; }

    public int Dependencies { get; init; }

    /// <summary>Places in the graph of the tasks that it depends on.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    /// <summary>Nearly what the packed input will have.</summary>
    public double InputBytes => Input.Own.Length + Input.Dependencies.Sum(output => (double)output.Length);

    /// <summary>For whom; null for the node's own work.</summary>
    public NodeId? Requester { get; init; }

    /// <summary>Called exactly once, after the last record of this work was written.</summary>
    public required Action<Work, TaskOutcome, ExecutionRecord> Ended { get; init; }

    public required CancellationToken Token { get; init; }

    public required long ReadyAt { get; set; }

    /// <summary>From 1; each neighbour that loses or refuses the task adds one.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>Neighbours that have lost or refused it.</summary>
    public List<NodeId> Excluded { get; } = [];

    /// <summary>Set before the work is queued or handed over.</summary>
    public PlacementDecision? Decision { get; private set; }

    /// <summary>When <see cref="Decision"/> was made; its durations count from here.</summary>
    public long DecidedAt { get; private set; }

    public Work Decide(PlacementDecision decision, long now)
    {
        (Decision, DecidedAt) = (decision, now);
        return this;
    }

    public bool IsGuest => Requester is not null;

    public TimeSpan Expected => Decision?.Expected.RunTime ?? TimeSpan.Zero;
}
