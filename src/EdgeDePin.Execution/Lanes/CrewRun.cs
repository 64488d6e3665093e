using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeDePin.Execution.Lanes;

/// <summary>Everything that the lanes share about one run, and the words by which they tell each other that it changed.</summary>
internal sealed class CrewRun
{
    public const int Cancelled = 1;
    public const int InboxFilled = 2;
    public const int Held = 4;
    public const int Obstructed = 8;

    /// <summary>How many roots a lane takes at once, at most; what it does not run at once, others may steal.</summary>
    private const int MaxRootBatch = 64;

    public readonly RunPlan Plan;
    public readonly GraphShape Shape;
    public readonly int Number;
    public readonly int[] Missing;
    public readonly ExecutionOutcome[] Outcomes;
    public readonly long[]? ReadyAt;
    public readonly ushort[]? Attempts;
    public readonly Dispatcher? Dispatcher;
    public readonly Lock DispatcherGate = new();
    public readonly bool Recording;
    public readonly bool HasTimeouts;

    /// <summary>Bits of the constants above; 0 is the only value that a lane need not look into.</summary>
    public int Signals;

    /// <summary>Tasks that are not over.</summary>
    public int Open;

    private readonly LaneCrew _crew;
    private readonly bool[] _blocked;
    private readonly ConcurrentQueue<Arrival> _inbox = new();
    private readonly Dictionary<int, ITimer> _pauses = [];
    private readonly CancellationTokenSource _cancel;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TaskFailure> _failures = [];
    private readonly Dictionary<(int Task, int Attempt), string> _causes = [];
    private readonly long _began;
    private readonly int _rootBatch;
    private Growth? _growth;
    private long _ended;
    private long _failedAttempts;
    private int _nextRoot;
    private int _lanesInside;
    private int _finished;

    /// <param name="standing">Work will come from outside until somebody closes it.</param>
    public CrewRun(LaneCrew crew, RunPlan plan, int number, int lanes, bool standing)
    {
        (_crew, Plan, Shape, Number, Recording, _lanesInside, IsStanding) = (crew, plan, plan.Shape, number, plan.Record, lanes, standing);
        Missing = plan.Shape.WaitsFor.ToArray();
        Outcomes = new ExecutionOutcome[Shape.Tasks];
        ReadyAt = plan.Record ? new long[Shape.Tasks] : null;
        Attempts = plan.Attempts > 1 || plan.Rules is { } rules && rules.Any(rule => rule?.Attempts > 1) ? new ushort[Shape.Tasks] : null;
        HasTimeouts = plan.Timeout is not null || plan.Rules is { } timed && timed.Any(rule => rule?.Timeout is not null);
        _blocked = new bool[Shape.Tasks];
        _rootBatch = Math.Clamp(Shape.Roots.Length / (lanes * 4), 1, MaxRootBatch);
        // Linked to nobody: whoever cancels from outside calls Cancel, which bears what tasks have registered.
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken.None);
        Token = _cancel.Token;
        Open = Shape.Tasks + (standing ? 1 : 0);
        _began = crew.Stamp();
        if (plan.Needs is not null || plan.Ranks is not null || plan.Resources is not null)
        {
            Dispatcher = new Dispatcher(plan.Resources ?? new Resources { Cores = lanes }, plan.Needs, plan.Ranks);
            foreach (int root in Shape.Roots)
            {
                Dispatcher.Add(root);
            }
        }

        ReadyAt?.AsSpan().Fill(_began);
    }

    public CancellationToken Token { get; }

    public bool IsStanding { get; }

    public Task Left => _left.Task;

    public bool Finished => Volatile.Read(ref _finished) != 0;

    public int Spawned => _growth?.Count ?? 0;

    public Growth Growth => Volatile.Read(ref _growth)
        ?? Interlocked.CompareExchange(ref _growth, new Growth(Shape.Tasks, Plan.MaxSpawned), null) ?? _growth!;

    public bool TakeRoots(StealDeque into, out int first)
    {
        ReadOnlySpan<int> roots = Shape.Roots;
        first = -1;
        if (Volatile.Read(ref _nextRoot) >= roots.Length)
        {
            return false;
        }

        _crew.Probe?.Between();
        int from = Interlocked.Add(ref _nextRoot, _rootBatch) - _rootBatch;
        if (from >= roots.Length)
        {
            return false;
        }

        int until = Math.Min(from + _rootBatch, roots.Length);
        for (int at = until - 1; at > from; at--)
        {
            into.Push(roots[at]);
        }

        first = roots[from];
        return true;
    }

    public bool HasRoots => Dispatcher is null && Volatile.Read(ref _nextRoot) < Shape.Roots.Length;

    public void Signal(int bit) => Interlocked.Or(ref Signals, bit);

    /// <summary>Nothing more begins; what runs is told by its token.</summary>
    public void Cancel()
    {
        Signal(Cancelled);
        try
        {
            _cancel.Cancel();
        }
        catch (AggregateException error)
        {
            // Tasks have registered what they like with the token; the thread may be a lane, and has others to serve.
            NoteFault(error);
        }
        catch (ObjectDisposedException)
        {
            // The run was over in the same moment.
            return;
        }

        lock (_pauses)
        {
            foreach ((int task, ITimer timer) in _pauses)
            {
                timer.Dispose();
                _inbox.Enqueue(new Arrival(task, null));
            }

            _pauses.Clear();
        }

        Signal(InboxFilled);
        _crew.WakeAll();
    }

    /// <summary>Why a task may not begin; <see cref="ExecutionOutcome.Succeeded"/> when it may.</summary>
    public ExecutionOutcome ObstacleOf(int task)
    {
        int signals = Volatile.Read(ref Signals);
        return (signals & Cancelled) != 0 ? ExecutionOutcome.Cancelled
            : task < _blocked.Length && _blocked[task] ? ExecutionOutcome.Skipped
            : ExecutionOutcome.Succeeded;
    }

    /// <returns>The number of the attempt, from 1.</returns>
    public int BeginAttempt(int task) =>
        task >= Shape.Tasks ? ++Growth[task].Attempts : Attempts is null ? 1 : ++Attempts[task];

    public int AttemptsOf(int task) => RulesOf(task)?.Attempts ?? Plan.Attempts;

    public TimeSpan BackoffOf(int task) => RulesOf(task)?.Backoff ?? Plan.Backoff;

    public TimeSpan? TimeoutOf(int task) =>
        (RulesOf(task)?.Timeout ?? Plan.Timeout) is { } timeout && timeout != System.Threading.Timeout.InfiniteTimeSpan ? timeout : null;

    /// <summary>What runs in place of the task when it has failed; null: nothing.</summary>
    public TaskBody? FallbackOf(int task) => task >= Shape.Tasks
        ? Growth[task].Fallback
        : Plan.Fallbacks?[task] ?? (Plan.OnFailure == FailurePolicy.Fallback ? Plan.Fallback : null);

    private TaskRules? RulesOf(int task) => task < Shape.Tasks ? Plan.Rules?[task] : Growth[task].Rules;

    /// <summary>Before the last dependency of <paramref name="task"/> is counted off, so that whoever runs it sees it.</summary>
    public void Block(int task)
    {
        _blocked[task] = true;
        if ((Volatile.Read(ref Signals) & Obstructed) == 0)
        {
            Signal(Obstructed);
        }
    }

    public void NoteFailure(int task, int attempt, Exception error)
    {
        Interlocked.Increment(ref _failedAttempts);
        lock (_failures)
        {
            if (_causes.Count < RunReport.MaxCauses)
            {
                // A fallback that fails, too, does so after the attempt; the first is the cause.
                _causes.TryAdd((task, attempt), $"{error.GetType().Name}: {error.Message}");
            }

            if (_failures.Count < RunReport.MaxFailures)
            {
                _failures.Add(new TaskFailure(task, attempt, error));
            }
        }
    }

    /// <summary>Something that a task left behind threw; no attempt failed by it.</summary>
    public void NoteFault(Exception error)
    {
        lock (_failures)
        {
            if (_failures.Count < RunReport.MaxFailures)
            {
                _failures.Add(new TaskFailure(-1, 0, error));
            }
        }
    }

    public void Post(Arrival arrival)
    {
        _inbox.Enqueue(arrival);
        _crew.Probe?.Between();
        Signal(InboxFilled);
        _crew.Probe?.Between();
        _crew.WakeOne();
    }

    public bool TryReceive(out Arrival arrival)
    {
        if (_inbox.TryDequeue(out arrival))
        {
            return true;
        }

        _crew.Probe?.Between();
        Interlocked.And(ref Signals, ~InboxFilled);
        _crew.Probe?.Between();
        // Somebody may have posted between the look and the word.
        if (!_inbox.TryDequeue(out arrival))
        {
            return false;
        }

        Signal(InboxFilled);
        return true;
    }

    /// <summary>The task becomes ready again after a pause.</summary>
    public void Pause(int task, TimeSpan pause, TimeProvider time)
    {
        lock (_pauses)
        {
            if (!Token.IsCancellationRequested)
            {
                _pauses[task] = time.CreateTimer(_ => EndPause(task), null, pause, System.Threading.Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Post(new Arrival(task, null));
    }

    public void Finish()
    {
        _ended = _crew.Stamp();
        _crew.Probe?.Between();
        Volatile.Write(ref _finished, 1);
        _crew.Probe?.Between();
        _crew.WakeAll();
    }

    /// <summary>Called by each lane that has left; the run is over when all have.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _lanesInside) == 0)
        {
            _left.SetResult();
        }
    }

    public RunReport Report(long executions, long lost, TimeProvider time)
    {
        Debug.Assert(Open == 0 && _inbox.IsEmpty, "A run is over when nothing of it is open.");
        _cancel.Dispose();
        return new RunReport(
            Number, Shape.Tasks, Spawned, executions, lost, time.GetElapsedTime(_began, _ended),
            System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(Outcomes), [.. _failures], _failedAttempts)
        {
            Causes = _causes,
        };
    }

    private void EndPause(int task)
    {
        lock (_pauses)
        {
            if (!_pauses.Remove(task, out ITimer? timer))
            {
                return;
            }

            timer.Dispose();
        }

        Post(new Arrival(task, null));
    }
}

/// <summary>What comes to a run from outside its lanes: a pause is over, or work that a task waited for.</summary>
/// <param name="Tail">Null: the task is ready for its next attempt.</param>
internal readonly record struct Arrival(int Task, PendingTask? Tail);

/// <summary>A task whose body has returned and left work pending.</summary>
internal sealed record PendingTask(int Attempt, long Start, Task Work, Deadline? Deadline, bool HasSpawned, ulong Input, ulong Output)
{
    /// <summary>When the work was over.</summary>
    public long End { get; set; }
}
