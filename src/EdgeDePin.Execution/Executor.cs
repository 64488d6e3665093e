using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>
/// Runs task graphs on lanes (threads of its own) and, where that is expected to be faster, on neighbours. Several graphs run
/// at the same time; each execution leaves one record. Guests get what own work leaves over.
/// </summary>
public sealed class Executor : IAsyncDisposable
{
    private readonly ExecutorOptions _options;
    private readonly TaskCatalog _catalog;
    private readonly Estimates _estimates;
    private readonly RecordLog _records;
    private readonly TimeProvider _time;
    private readonly string _node;
    private readonly Admission _admission;
    private readonly LaneCrew _crew;
    private readonly StandingRun _standing;
    private readonly Backlog _backlog;
    private readonly LentTasks _lent = new();
    private readonly CancellationTokenSource _stopping = new();
    private long _runs;
    private int _guests;
    private long _tokenFaults;
    private volatile Neighbourhood? _neighbourhood;

    /// <param name="node">The name of this node, as it stands in the records.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is outside its range.</exception>
    public Executor(ExecutorOptions options, TaskCatalog catalog, Estimates estimates, RecordLog records, TimeProvider time, string node)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(node);
        (_options, _catalog, _estimates, _records, _time, _node) = (options.Validated(), catalog, estimates, records, time, node);
        _admission = new Admission(options.MaxOpenTasks);
        _backlog = new Backlog(options.Lanes, estimates, time);
        // Work tells its records itself, so the rings of the lanes stay empty.
        _crew = new LaneCrew(new LaneOptions { Lanes = options.Lanes, RingCapacity = 2, Nice = options.Nice }, time);
        int guestLanes = options.GuestLanes > 0 ? options.GuestLanes : Math.Max(1, options.Lanes - 1);
        _standing = _crew.Stand(new Resources { Cores = options.Lanes, Tokens = [new Token("guest", guestLanes)] });
    }

    /// <summary>The neighbours; null while the node shares nothing. Set later than the executor, which guests need first.</summary>
    public Neighbourhood? Neighbourhood
    {
        get => _neighbourhood;
        set => _neighbourhood = value;
    }

    /// <summary>How many more guest tasks would be taken now: what an offer may promise.</summary>
    public int FreeGuestSlots => Math.Max(0, _options.MaxGuests - Volatile.Read(ref _guests));

    /// <summary>How often something that a task had registered with its token threw when it was cancelled.</summary>
    public long TokenFaults => Interlocked.Read(ref _tokenFaults);

    /// <summary>What a guest would find: all own work is ahead of it.</summary>
    public LocalLoad Load => _backlog.At(int.MinValue);

    /// <summary>
    /// Until it is disposed no task begins, and those that run stand back where they call <see cref="TaskInput.Yield"/>: whoever reads
    /// a sensor comes first.
    /// </summary>
    public IDisposable Hold() => _crew.Hold();

    /// <summary>Runs every task of the graph once, in parallel where the dependencies allow it.</summary>
    /// <returns>Every task's outcome. A task that throws fails alone: what depends on it is skipped, the rest goes on.</returns>
    /// <exception cref="ArgumentException">The graph names a kind that is not in the catalogue, or is too large.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; thrown when the last of its tasks has ended.</exception>
    public Task<RunResult> RunAsync(TaskGraph graph, CancellationToken cancellationToken) => RunAsync(graph, new GraphRules(), cancellationToken);

    /// <summary>As above, with a say in how tasks are tried and in what their failure means for the rest.</summary>
    /// <exception cref="ArgumentException">As above, or a rule is out of its range.</exception>
    /// <exception cref="OperationCanceledException">As above.</exception>
    public async Task<RunResult> RunAsync(TaskGraph graph, GraphRules rules, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(rules);
        rules.Validated();
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        TaskDefinition[] definitions = [.. graph.Tasks.Select(task => _catalog.Get(task.Kind))];
        using var either = new ShieldedToken(NoteFault, cancellationToken, _stopping.Token);
        await _admission.EnterAsync(definitions.Length, either.Token);
        try
        {
            var run = new GraphRun(this, graph, definitions, rules, new RunClock(_time), Interlocked.Increment(ref _runs), either);
            run.Start();
            await using (either.Token.UnsafeRegister(_ => Withdraw(run.Owns), null))
            {
                // Not WaitAsync(token): when this returns, nothing of the graph runs any more.
                RunResult result = await run.Completion;
                bool asked = cancellationToken.IsCancellationRequested || _stopping.IsCancellationRequested;
                return asked && result.Outcomes.Values.Any(outcome => outcome is TaskOutcome.Cancelled)
                    ? throw new OperationCanceledException($"The run {result.RunId} of graph '{graph.Name}' was cancelled.", either.Token)
                    : result;
            }
        }
        finally
        {
            _admission.Leave(definitions.Length);
        }
    }

    /// <summary>Runs one task for a neighbour, below all own work.</summary>
    /// <param name="packedInput">As <see cref="TaskInput.Pack"/> makes it; anything else is refused.</param>
    /// <exception cref="OperationCanceledException">Cancelled; thrown when the task has ended.</exception>
    public async Task<GuestResult> RunGuestAsync(TaskKind kind, byte[] packedInput, NodeId requester, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packedInput);
        if (!_catalog.TryGet(kind, out TaskDefinition? definition) || !definition.Lendable)
        {
            return new GuestResult.Refused($"This node does not run {kind} for others.");
        }

        TaskInput input;
        try
        {
            input = TaskInput.Unpack(packedInput);
        }
        catch (FormatException error)
        {
            return new GuestResult.Refused(error.Message);
        }

        try
        {
            if (Interlocked.Increment(ref _guests) > _options.MaxGuests)
            {
                return new GuestResult.Refused($"Full: {_options.MaxGuests} guest tasks wait or run.");
            }

            return await RunAloneAsync("guest", definition, input, requester, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _guests);
        }
    }

    /// <summary>Runs a task of our own once more, here and nowhere else, to compare its output with a neighbour's.</summary>
    /// <param name="packedInput">As <see cref="TaskInput.Pack"/> made it.</param>
    /// <exception cref="ArgumentException">The kind is not in the catalogue.</exception>
    /// <exception cref="FormatException">No packed input.</exception>
    /// <exception cref="InvalidOperationException">The function failed; the message says how.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; thrown when the task has ended.</exception>
    public async Task<byte[]> RunCheckAsync(TaskKind kind, byte[] packedInput, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(packedInput);
        GuestResult result = await RunAloneAsync(
            "check", _catalog.Get(kind), TaskInput.Unpack(packedInput), requester: null, cancellationToken);
        return result is GuestResult.Done done
            ? done.Output
            : throw new InvalidOperationException($"The check of {kind} failed: {(result as GuestResult.Failed)?.Cause}");
    }

    /// <summary>Cancels what runs and ends the lanes. Returns when no task function is running any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await _stopping.CancelAsync();
            await _standing.CloseAsync();
            await _crew.DisposeAsync();
        }
    }

    internal long Now() => _time.GetTimestamp();

    /// <summary>Sends ready work where it is expected to be finished first.</summary>
    internal void Place(Work work)
    {
        LocalLoad load = _backlog.At(work.Order.Priority);
        Neighbourhood? neighbourhood = _neighbourhood;
        bool mayLeave = neighbourhood is not null && work.Definition.Lendable && work.Excluded.Count < _options.MaxRemoteAttempts;
        PlacementDecision decision;
        do
        {
            decision = mayLeave
                ? Choose(work, load, _lent.WithRoom(neighbourhood!.Workers()))
                : Placement.Here(load, _estimates.Predict(work.Definition.Kind, inputBytes: work.InputBytes));
        }
        while (decision.Worker is not null && !_lent.TryAdd(decision.Worker));

        work.Decide(decision, Now());
        if (decision.Worker is RemoteWorker worker)
        {
            _ = LendAsync(neighbourhood!, work, worker);
        }
        else
        {
            Enqueue(work);
        }
    }

    internal Foresight Foresee(TaskGraph graph, TaskDefinition[] definitions) => new(graph, definitions, _estimates, _time);

    // Where the task alone would be finished first, unless the plan for its whole graph has another place for it.
    private PlacementDecision Choose(Work work, LocalLoad load, IReadOnlyList<RemoteWorker> workers)
    {
        PlacementDecision alone = Placement.Choose(work.Definition.Kind, _node, load, workers, work.Excluded, _estimates, work.InputBytes);
        return workers.Count > 0 && work.Excluded.Count == 0 && work.Foresight is { } foresight
            && foresight.TryChoose(work.Order.Task, load, workers, out RemoteWorker? planned) && planned?.Id != alone.Worker?.Id
            ? Placement.Planned(work.Definition.Kind, _node, load, planned, alone, _estimates, work.InputBytes)
            : alone;
    }

    internal ExecutionRecord RecordUnattempted(Work work, TaskOutcome outcome)
    {
        long now = Now();
        return Append(work, outcome, new Execution(Started: now, Ended: now));
    }

    /// <summary>By the lane that has taken the work.</summary>
    internal void RunOnLane(Work work, TaskScope scope)
    {
        _backlog.Begin(work, scope.Lane);
        work.Foresight?.Begun(work.Order.Task, Now());
        if (!work.Token.IsCancellationRequested)
        {
            work.Result = Execution.Of(work, scope, _time, NoteFault);
        }
    }

    /// <summary>By the lane, when the work is over, or will never begin because the executor ends.</summary>
    internal void EndOnLane(Work work, in LaneRecord noted)
    {
        if (noted.Attempt == 0)
        {
            _backlog.Remove(work);
        }
        else
        {
            _backlog.End(noted.Lane);
        }

        if (work.Result is not (TaskOutcome outcome, Execution execution))
        {
            EndUnattempted(work);
            return;
        }

        execution = execution.With(noted);
        if (outcome is TaskOutcome.Failed failed && !work.Token.IsCancellationRequested && ++work.Failures < work.Attempts)
        {
            Append(work, outcome: null, execution with { Outcome = execution.HasTimedOut ? ExecutionOutcome.TimedOut : ExecutionOutcome.Failed, Cause = failed.Cause });
            work.Result = null;
            work.Attempt++;
            work.Foresight?.Reopened(work.Order.Task);
            _ = PlaceAgainAsync(work);
            return;
        }

        if (outcome is TaskOutcome.Failed { Cause: string cause } && work.Fallback is byte[] fallback)
        {
            outcome = new TaskOutcome.Succeeded(fallback);
            execution = execution with { Outcome = ExecutionOutcome.FellBack, Cause = cause, Output = Digest.Of(fallback) };
        }

        work.Settled(work, outcome, Append(work, outcome, execution));
        if (work.Definition.Lendable)
        {
            Rebalance();
        }
    }

    private async Task<GuestResult> RunAloneAsync(
        string graph, TaskDefinition definition, TaskInput input, NodeId? requester, CancellationToken cancellationToken)
    {
        using var either = new ShieldedToken(NoteFault, cancellationToken, _stopping.Token);
        var ended = new TaskCompletionSource<(TaskOutcome, ExecutionRecord)>(TaskCreationOptions.RunContinuationsAsynchronously);
        long number = Interlocked.Increment(ref _runs);
        var clock = new RunClock(_time);
        var work = new Work
        {
            Executor = this,
            Order = new WorkOrder(Priority: 0, number, Task: 0),
            Definition = definition,
            Input = input,
            Clock = clock,
            RunId = GraphRun.Identify(clock, number),
            Graph = graph,
            Task = definition.Kind.Name,
            Dependencies = input.Dependencies.Count,
            Requester = requester,
            StaysHere = true,
            Settled = (_, outcome, record) => ended.SetResult((outcome, record)),
            Token = either.Token,
            ReadyAt = Now(),
        };
        Enqueue(work.Decide(Placement.Here(Load, _estimates.Predict(definition.Kind, inputBytes: work.InputBytes)), Now()));
        await using (either.Token.UnsafeRegister(_ => Withdraw(other => other == work), null))
        {
            (TaskOutcome outcome, ExecutionRecord record) = await ended.Task;
            return outcome switch
            {
                TaskOutcome.Succeeded done => new GuestResult.Done(done.Output, record.RunTime, record.StartedAt),
                TaskOutcome.Failed failed => new GuestResult.Failed(failed.Cause),
                _ => throw new OperationCanceledException($"Guest task {definition.Kind} was cancelled.", either.Token),
            };
        }
    }

    /// <summary>After its pause. Never throws: a run that is cancelled meanwhile hears so of the task.</summary>
    private async Task PlaceAgainAsync(Work work)
    {
        TimeSpan pause = TaskRules.Pause(work.Backoff, work.Failures);
        if (pause > TimeSpan.Zero)
        {
            try
            {
                await Task.Delay(pause, _time, work.Token);
            }
            catch (OperationCanceledException)
            {
                EndUnattempted(work);
                return;
            }
        }

        work.ReadyAt = Now();
        Place(work);
    }

    private void NoteFault(Exception error) => Interlocked.Increment(ref _tokenFaults);

    private void Enqueue(Work work)
    {
        _backlog.Add(work);
        if (!_standing.TrySubmit(work))
        {
            _backlog.Remove(work);
            EndUnattempted(work);
        }
    }

    private void Withdraw(Predicate<Work> belongs)
    {
        foreach (Work work in _standing.Withdraw(other => belongs((Work)other)).Cast<Work>())
        {
            _backlog.Remove(work);
            EndUnattempted(work);
        }
    }

    private void EndUnattempted(Work work)
    {
        var cancelled = new TaskOutcome.Cancelled();
        work.Settled(work, cancelled, RecordUnattempted(work, cancelled));
    }

    /// <summary>Never throws: whatever becomes of the neighbour, the task goes on. The caller has reserved the neighbour's slot.</summary>
    private async Task LendAsync(Neighbourhood neighbourhood, Work work, RemoteWorker worker)
    {
        PlacementDecision decision = work.Decision!;
        byte[] packed = work.Input.Pack();
        long started = Now();
        var task = new RemoteTask(work.Definition.Kind, packed, worker, decision.Expected.RunTime);
        RemoteOutcome? outcome = await RemoteCall.AskAsync(neighbourhood, task, Patience(decision), _time, work.Token);
        _lent.Remove(worker);
        long ended = Now();
        var execution = new Execution(started, ended) { Input = Digest.Of(packed), InputBytes = packed.Length, Worker = worker };
        switch (outcome)
        {
            case RemoteOutcome.Accepted accepted:
                var succeeded = new TaskOutcome.Succeeded(accepted.Output);
                TimeSpan waited = _time.GetElapsedTime(started, ended);
                TimeSpan ran = RemoteCall.Believable(accepted.RunTime, waited);
                TimeSpan queued = RemoteCall.Believable(accepted.Waited, waited - ran);
                ExecutionRecord record = Append(work, succeeded, execution with
                {
                    RunTime = ran,
                    Queue = queued,
                    Transfer = RemoteCall.Believable(accepted.Travelled, waited - ran - queued),
                    WorkerStartedAt = accepted.Started,
                    Verification = accepted.Verification,
                });
                work.Settled(work, succeeded, record);
                if (accepted.Final is { } final)
                {
                    _ = FollowAsync(record, final);
                }

                break;
            case null:
                var cancelled = new TaskOutcome.Cancelled();
                work.Settled(work, cancelled, Append(work, cancelled, execution with { Outcome = ExecutionOutcome.Cancelled }));
                break;
            default:
                Append(work, outcome: null, execution with
                {
                    Outcome = outcome is RemoteOutcome.Lost ? ExecutionOutcome.Lost : ExecutionOutcome.Refused,
                    Cause = (outcome as RemoteOutcome.Lost)?.Reason ?? (outcome as RemoteOutcome.Refused)?.Reason,
                });
                work.Excluded.Add(worker.Id);
                work.Attempt++;
                work.Foresight?.Reopened(work.Order.Task);
                work.ReadyAt = ended;
                Place(work);
                break;
        }

        Rebalance();
    }

    // A record is never corrected: that its result holds no more is a record of its own, of the same attempt, and no execution.
    private async Task FollowAsync(ExecutionRecord record, Task<bool> final)
    {
        bool holds;
        try
        {
            holds = await final;
        }
        catch (OperationCanceledException)
        {
            return; // sharing has ended, and nobody will know
        }

        if (!holds)
        {
            _records.Append(record with
            {
                Outcome = ExecutionOutcome.Superseded,
                Cause = $"the result {record.Output} was taken on trust, and its worker was found to lie",
                OutputBytes = 0,
                Output = null,
                Verification = Verification.None,
            });
        }
    }

    /// <summary>
    /// When lendable work has ended somewhere, a neighbour may have become the better place for what still waits here, last
    /// in line first. What its graph's plan keeps here stays, however soon it alone would be finished elsewhere.
    /// </summary>
    private void Rebalance()
    {
        while (_neighbourhood is Neighbourhood neighbourhood
            && _lent.WithRoom(neighbourhood.Workers()) is { Count: > 0 } workers
            && _standing.Last(work => MayLeave((Work)work)) is Work last)
        {
            // The plan may be older than this room.
            last.Foresight?.PlanIfDue(last.Order.Task, LoadWithout(last), workers);
            if (IsKept(last))
            {
                if (_standing.Last(work => MayLeave((Work)work) && !IsKept((Work)work)) is not Work other)
                {
                    return;
                }

                last = other;
            }

            PlacementDecision decision = Choose(last, LoadWithout(last), workers);
            if (decision.Worker is null || !_lent.TryAdd(decision.Worker))
            {
                return;
            }

            if (_standing.Withdraw(work => work == last).Count == 0)
            {
                // A lane was faster.
                _lent.Remove(decision.Worker);
                return;
            }

            _backlog.Remove(last);

            _ = LendAsync(neighbourhood, last.Decide(decision, Now()), decision.Worker);
        }
    }

    private bool MayLeave(Work work) => work.Definition.Lendable && !work.StaysHere && work.Excluded.Count < _options.MaxRemoteAttempts;

    // Whom a neighbour has lost or refused is not planned with any more.
    private static bool IsKept(Work work) => work.Excluded.Count == 0 && work.Foresight is { } foresight && foresight.Keeps(work.Order.Task);

    private LocalLoad LoadWithout(Work work)
    {
        LocalLoad load = _backlog.At(work.Order.Priority);
        return load with { Ahead = load.Ahead - 1, Work = load.Work - work.Expected };
    }

    private ExecutionRecord Append(Work work, TaskOutcome? outcome, Execution execution)
    {
        ExecutionRecord record = execution.Record(work, outcome, _node, _options.Lanes);
        _records.Append(record);
        _estimates.Observe(record);
        return record;
    }

    private TimeSpan Patience(PlacementDecision decision)
    {
        TimeSpan patience = decision.Finish * _options.Patience;
        return patience > _options.MinPatience ? patience : _options.MinPatience;
    }
}
