using System.Globalization;
using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution;

/// <summary>One run of one graph: releases a task when its dependencies are there, and knows when all have ended.</summary>
internal sealed class GraphRun
{
    private readonly Executor _executor;
    private readonly TaskGraph _graph;
    private readonly TaskDefinition[] _definitions;
    private readonly RunClock _clock;
    private readonly long _number;
    private readonly string _id;
    private readonly GraphRules _rules;
    private readonly Foresight? _foresight;
    private readonly ShieldedToken _token;
    private readonly TaskOutcome[] _outcomes;
    private readonly int[] _waitsFor;
    private readonly TaskCompletionSource<RunResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;

    public GraphRun(
        Executor executor, TaskGraph graph, TaskDefinition[] definitions, GraphRules rules, RunClock clock, long number, ShieldedToken token)
    {
        (_executor, _graph, _definitions, _rules, _clock, _number, _token) = (executor, graph, definitions, rules, clock, number, token);
        _id = Identify(clock, number);
        _foresight = definitions.Length > 1 ? executor.Foresee(graph, definitions) : null;
        _outcomes = new TaskOutcome[graph.Tasks.Length];
        _waitsFor = [.. graph.Tasks.Select(task => task.After.Count)];
        _open = graph.Tasks.Length;
    }

    /// <summary>Unique on this node: the instant tells one start of the process from another, the number one run from the next.</summary>
    public static string Identify(RunClock clock, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{clock.Start.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{number}");

    public Task<RunResult> Completion => _completion.Task;

    public bool Owns(Work work) => work.Order.Run == _number;

    public void Start()
    {
        if (_open == 0)
        {
            Complete();
        }

        // Read from the graph, not from the counters: those fall to 0 while the first tasks are running already.
        for (int task = 0; task < _definitions.Length; task++)
        {
            if (_graph.DependenciesOf(task).IsEmpty)
            {
                Advance(task);
            }
        }
    }

    private void Settled(Work work, TaskOutcome outcome, ExecutionRecord record)
    {
        if (outcome is TaskOutcome.Failed && _rules.OnFailure == FailurePolicy.FailFast)
        {
            _token.Cancel();
        }

        Settle(work.Order.Task, outcome);
    }

    private void Advance(int task)
    {
        if (TryRelease(task) is TaskOutcome obstacle)
        {
            Settle(task, obstacle);
        }
    }

    // A failure can skip a chain as long as the graph, so this is a loop and not a recursion.
    private void Settle(int task, TaskOutcome outcome)
    {
        Stack<(int Task, TaskOutcome Outcome)>? skipped = null;
        while (true)
        {
            _outcomes[task] = outcome;
            _foresight?.Settled(task);
            foreach (int successor in _graph.SuccessorsOf(task))
            {
                if (Interlocked.Decrement(ref _waitsFor[successor]) == 0 && TryRelease(successor) is TaskOutcome obstacle)
                {
                    (skipped ??= []).Push((successor, obstacle));
                }
            }

            if (Interlocked.Decrement(ref _open) == 0)
            {
                Complete();
            }

            if (skipped is null || !skipped.TryPop(out (int Task, TaskOutcome Outcome) next))
            {
                return;
            }

            (task, outcome) = next;
        }
    }

    /// <returns>Why the task cannot run, already recorded; null when it is on its way.</returns>
    private TaskOutcome? TryRelease(int task)
    {
        TaskOutcome? obstacle = _token.Token.IsCancellationRequested ? new TaskOutcome.Cancelled() : Obstacle(task);
        Work work = Prepare(task, obstacle is null ? Outputs(task) : []);
        if (obstacle is not null)
        {
            _executor.RecordUnattempted(work, obstacle);
            return obstacle;
        }

        _executor.Place(work);
        return null;
    }

    private Work Prepare(int task, byte[][] dependencies) => new()
    {
        Executor = _executor,
        Order = new WorkOrder(_graph.Tasks[task].Priority, _number, task),
        Definition = _definitions[task],
        Foresight = _foresight,
        Input = new TaskInput(_graph.Tasks[task].Input, dependencies),
        Clock = _clock,
        RunId = _id,
        Graph = _graph.Name,
        Task = _graph.Tasks[task].Name,
        Dependencies = _graph.Tasks[task].After.Count,
        After = _graph.DependenciesOf(task).ToArray(),
        Settled = Settled,
        Token = _token.Token,
        Attempts = _rules.AttemptsOf(_graph.Tasks[task]),
        Backoff = _rules.BackoffOf(_graph.Tasks[task]),
        Timeout = _rules.TimeoutOf(_graph.Tasks[task]),
        Fallback = _rules.FallbackOf(_graph.Tasks[task]),
        ReadyAt = _executor.Now(),
    };

    private byte[][] Outputs(int task)
    {
        ReadOnlySpan<int> dependencies = _graph.DependenciesOf(task);
        byte[][] outputs = new byte[dependencies.Length][];
        for (int i = 0; i < dependencies.Length; i++)
        {
            outputs[i] = ((TaskOutcome.Succeeded)_outcomes[dependencies[i]]).Output;
        }

        return outputs;
    }

    // All dependencies have ended when this is asked, so the first in order is the same in every run.
    private TaskOutcome? Obstacle(int task)
    {
        foreach (int dependency in _graph.DependenciesOf(task))
        {
            switch (_outcomes[dependency])
            {
                case TaskOutcome.Failed failed:
                    return new TaskOutcome.Skipped($"'{_graph.Tasks[dependency].Name}' failed: {failed.Cause}");
                case TaskOutcome.Skipped or TaskOutcome.Cancelled:
                    return _outcomes[dependency];
                default:
                    continue;
            }
        }

        return null;
    }

    private void Complete()
    {
        var outcomes = new Dictionary<string, TaskOutcome>(_outcomes.Length, StringComparer.Ordinal);
        for (int task = 0; task < _outcomes.Length; task++)
        {
            outcomes.Add(_graph.Tasks[task].Name, _outcomes[task]);
        }

        _completion.SetResult(new RunResult(_id, _graph, outcomes));
    }
}
