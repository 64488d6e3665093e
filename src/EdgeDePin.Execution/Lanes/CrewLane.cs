using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Lanes;

/// <summary>One lane of a crew: takes ready tasks, runs them, notes them, and makes ready what follows.</summary>
internal sealed class CrewLane : IDisposable
{
    /// <summary>Looks around this often before it sleeps, some 20 µs: a sleep and a wake-up cost as much.</summary>
    private const int SpinRounds = 48;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Handover _handover;
    private readonly TaskScope _scope;
    private readonly LaneNotes _notes;
    private readonly int _nice;
    private bool _hasThread;
    private CrewRun _run = null!;
    private Deadline? _deadline;
    private bool _passedOver;
    private uint _victim;

    public CrewLane(LaneCrew crew, int number, LaneOptions options)
    {
        (Crew, Number, Ring, _scope, _victim) = (crew, number, new RecordRing(options.RingCapacity), new TaskScope(this), (uint)number);
        _nice = options.Nice;
        Deque = new StealDeque(crew.Probe?.Between);
        _notes = new LaneNotes(crew, number, Ring);
        _handover = new Handover(crew, Deque);
    }

    public LaneCrew Crew { get; }

    public int Number { get; }

    public RecordRing Ring { get; }

    public StealDeque Deque { get; }

    /// <summary>Attempts, and tasks that were settled without one.</summary>
    public long Executions { get; private set; }

    public Task Ended => _hasThread ? _ended.Task : Task.CompletedTask;

    public void StartThread()
    {
        _hasThread = true;
        new Thread(Live) { IsBackground = true, Name = $"lane {Number}" }.Start();
    }

    public void Wake() => _wake.Release();

    /// <summary>Works for the run until nothing of it is open.</summary>
    /// <param name="idle">For a lane without a thread: what to do when nothing is ready.</param>
    public void Participate(CrewRun run, Func<bool>? idle)
    {
        _run = _handover.Run = run;
        _handover.Now = Crew.Stamp();
        _notes.Begin(run, _handover.Now);
        int task = -1;
        while (true)
        {
            if (task < 0)
            {
                task = Take();
            }

            if (task < 0)
            {
                task = Await(idle);
                if (task < 0)
                {
                    break;
                }

                _handover.Now = Crew.Stamp();
                _notes.Restart(_handover.Now);
            }

            task = Execute(task);
        }

        run.Leave();
    }

    /// <returns>The number of the new task.</returns>
    public int Spawn(TaskScope scope, TaskBody body, TaskRules? rules, TaskBody? fallback)
    {
        CrewRun run = _run;
        int parent = scope.Task;
        int task = run.Growth.Add(body, parent, rules, fallback);
        if (task < 0)
        {
            throw new InvalidOperationException($"More than {run.Plan.MaxSpawned} tasks were spawned: raise {nameof(RunPlan.MaxSpawned)} or spawn fewer.");
        }

        ref int parts = ref run.Growth.OpenPartsOf(parent);
        Interlocked.Add(ref parts, scope.Spawned++ == 0 ? 2 : 1);
        Interlocked.Increment(ref run.Open);
        _handover.MakeReady(task, run.Recording ? Crew.Stamp() : 0, mayKeep: false);
        return task;
    }

    public void Dispose() => _wake.Dispose();

    private void Live()
    {
        ThreadNice.Give(_nice);
        while (true)
        {
            _wake.Wait();
            if (Crew.Current is CrewRun run && !run.Finished)
            {
                Participate(run, idle: null);
            }
            else if (Crew.Current is CrewRun over)
            {
                over.Leave();
            }
            else if (Crew.Disposed)
            {
                break;
            }
        }

        _ended.SetResult();
    }

    /// <returns>-1 when this lane has nothing of its own and nobody has begun the roots.</returns>
    private int Take()
    {
        CrewRun run = _run;
        if (run.Dispatcher is null)
        {
            int task = Deque.Pop();
            if (task < 0 && run.TakeRoots(Deque, out task) && Crew.AnyAsleep && Deque.Count > 0)
            {
                Crew.WakeOne();
            }

            return task;
        }

        int taken, left;
        lock (run.DispatcherGate)
        {
            taken = run.Dispatcher.TryTake(out _passedOver);
            left = run.Dispatcher.Ready;
        }

        // One wake-up for each that was taken, as long as there is more: so a burst wakes all, one after the other.
        if (taken >= 0 && left > 0 && Crew.AnyAsleep)
        {
            Crew.WakeOne();
        }

        return taken;
    }

    /// <returns>-1 when the run is over.</returns>
    private int Await(Func<bool>? idle)
    {
        CrewRun run = _run;
        Crew.Probe?.Between();
        if (_handover.Done > 0 && Interlocked.Add(ref run.Open, -Interlocked.Exchange(ref _handover.Done, 0)) == 0)
        {
            run.Finish();
        }

        for (int round = 0; ; round++)
        {
            if (run.Finished)
            {
                return -1;
            }

            int task = LookAround();
            if (task >= 0)
            {
                return task;
            }

            if (_handover.Done > 0)
            {
                // What arrived has ended tasks without giving this lane one.
                return Await(idle);
            }

            if (round < SpinRounds && Crew.Lanes > 1 && Crew.Probe is null)
            {
                Thread.SpinWait(32);
                continue;
            }

            task = _hasThread || Crew.Probe is not null ? Sleep() : Idle(idle);
            if (task >= 0)
            {
                return task;
            }
        }
    }

    private int LookAround()
    {
        CrewRun run = _run;
        if (Volatile.Read(ref run.Signals) != 0)
        {
            HeedSignals();
        }

        int task = Take();
        return task >= 0 || run.Dispatcher is not null ? task : Crew.StealFor(Deque, ref _victim);
    }

    private int Sleep()
    {
        Crew.FallAsleep(Number);
        int task = _run.Finished || Crew.Probe is { ForgetsSecondLook: true } ? -1 : LookAround();
        if (task >= 0 || _handover.Done > 0 || _run.Finished)
        {
            if (!Crew.StayAwake(Number))
            {
                AwaitWake();
            }

            return task;
        }

        AwaitWake();
        return -1;
    }

    private void AwaitWake()
    {
        Crew.Probe?.Until(() => _wake.CurrentCount > 0);
        _wake.Wait();
    }

    private int Idle(Func<bool>? idle)
    {
        Crew.FallAsleep(Number);
        if ((Volatile.Read(ref _run.Signals) & CrewRun.InboxFilled) != 0)
        {
            if (!Crew.StayAwake(Number))
            {
                _wake.Wait();
            }

            return -1;
        }

        if (idle is null)
        {
            _wake.Wait();
            return -1;
        }

        bool happened = idle();
        bool woken = !Crew.StayAwake(Number);
        if (woken)
        {
            _wake.Wait();
        }

        return happened || woken ? -1
            : throw new InvalidOperationException($"{_run.Open} tasks are open, none is ready, and nothing will happen any more.");
    }

    private void HeedSignals()
    {
        CrewRun run = _run;
        if ((run.Signals & CrewRun.Held) != 0 && (run.Signals & CrewRun.Cancelled) == 0)
        {
            Crew.AwaitRelease(run.Token);
            Interlocked.And(ref run.Signals, ~CrewRun.Held);
            if (Crew.Held)
            {
                // A new hold has begun between the two.
                run.Signal(CrewRun.Held);
            }

            _handover.Now = Crew.Stamp();
            _notes.Restart(_handover.Now);
        }

        while ((Volatile.Read(ref run.Signals) & CrewRun.InboxFilled) != 0 && run.TryReceive(out Arrival arrival))
        {
            _handover.Now = Crew.Stamp();
            if (arrival.Tail is PendingTask tail)
            {
                End(arrival.Task, tail);
            }
            else
            {
                _handover.MakeReady(arrival.Task, run.Recording ? Crew.Stamp() : 0, mayKeep: false);
            }
        }
    }

    /// <returns>A task that became ready and should be next on this lane; -1 when there is none.</returns>
    private int Execute(int task)
    {
        CrewRun run = _run;
        _handover.Next = -1;
        if (Volatile.Read(ref run.Signals) != 0)
        {
            HeedSignals();
            ExecutionOutcome obstacle = run.ObstacleOf(task);
            if (obstacle != ExecutionOutcome.Succeeded)
            {
                Executions++;
                long now = run.Recording ? Crew.Stamp() : 0;
                Note(task, obstacle, attempt: 0, now, now);
                _handover.Settle(task, obstacle, hasSpawned: false);
                return _handover.Next;
            }
        }

        int attempt = run.BeginAttempt(task);
        long start = _handover.Now;
        ExecutionOutcome outcome = Run(task, attempt);
        Executions++;
        if (_scope.Pending is Task pending && outcome == ExecutionOutcome.Succeeded && !pending.IsCompletedSuccessfully)
        {
            Suspend(task, attempt, start, pending);
            return _handover.Next;
        }

        if (_deadline is not null)
        {
            _deadline.Dispose();
            _deadline = null;
        }

        if (run.Recording)
        {
            _handover.Now = Crew.Stamp();
        }

        Conclude(task, outcome, attempt, start, _handover.Now, _scope.Spawned > 0);
        return _handover.Next;
    }

    private ExecutionOutcome Run(int task, int attempt)
    {
        CrewRun run = _run;
        CancellationToken token = run.Token;
        if ((run.HasTimeouts || task >= run.Shape.Tasks) && run.TimeoutOf(task) is TimeSpan timeout)
        {
            _deadline = new Deadline(timeout, Crew.Time, run.NoteFault, token);
            token = _deadline.Token;
        }

        _scope.Begin(task, attempt, token);
        try
        {
            (task < run.Shape.Tasks ? run.Plan.Body : run.Growth[task].Body)(_scope);
            return ExecutionOutcome.Succeeded;
        }
        catch (Exception error)
        {
            // A body is foreign code: whatever it throws is its task's failure and no one else's.
            return Judge(task, attempt, error, _deadline);
        }
    }

    private ExecutionOutcome Judge(int task, int attempt, Exception error, Deadline? deadline)
    {
        if (error is OperationCanceledException && _run.Token.IsCancellationRequested)
        {
            return ExecutionOutcome.Cancelled;
        }

        _run.NoteFailure(task, attempt, error);
        return error is OperationCanceledException && deadline is { Expired: true }
            ? ExecutionOutcome.TimedOut
            : ExecutionOutcome.Failed;
    }

    private void Suspend(int task, int attempt, long start, Task pending)
    {
        CrewRun run = _run;
        LaneCrew crew = Crew;
        var tail = new PendingTask(attempt, start, pending, _deadline, _scope.Spawned > 0, _scope.InputDigest, _scope.OutputDigest);
        _deadline = null;
        _handover.Now = crew.Stamp();
        _ = pending.ContinueWith(
            _ =>
            {
                tail.End = crew.Stamp();
                run.Post(new Arrival(task, tail));
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void End(int task, PendingTask tail)
    {
        ExecutionOutcome outcome = tail.Work.IsCompletedSuccessfully
            ? ExecutionOutcome.Succeeded
            : Judge(task, tail.Attempt, tail.Work.Exception?.InnerException ?? new OperationCanceledException(), tail.Deadline);
        tail.Deadline?.Dispose();
        int next = _handover.Next;
        _scope.Begin(task, tail.Attempt, CancellationToken.None);
        _scope.Digests(tail.Input, tail.Output);
        // What it makes ready goes to the deque: this lane may have its next task already.
        _handover.Next = 0;
        _handover.Now = Math.Max(tail.End, tail.Start);
        Conclude(task, outcome, tail.Attempt, tail.Start, _handover.Now, tail.HasSpawned);
        _handover.Next = next;
        _handover.Now = Crew.Stamp();
    }

    private void Conclude(int task, ExecutionOutcome outcome, int attempt, long start, long end, bool hasSpawned)
    {
        CrewRun run = _run;
        bool mayRepeat = outcome is ExecutionOutcome.Failed or ExecutionOutcome.TimedOut
            && attempt < run.AttemptsOf(task) && !hasSpawned && (run.Signals & CrewRun.Cancelled) == 0;
        if (outcome is ExecutionOutcome.Failed or ExecutionOutcome.TimedOut && !mayRepeat)
        {
            outcome = GiveUp(task, attempt, outcome, ref hasSpawned);
            // The fallback took its time, too: what follows begins after it.
            end = _handover.Now = run.Recording ? Crew.Stamp() : 0;
        }

        Note(task, outcome, attempt, start, end);
        if (!mayRepeat)
        {
            _handover.Settle(task, outcome, hasSpawned);
            return;
        }

        if (run.Dispatcher is not null)
        {
            _handover.ReleaseNeeds(task);
        }

        TimeSpan pause = TaskRules.Pause(run.BackoffOf(task), attempt);
        if (pause > TimeSpan.Zero)
        {
            run.Pause(task, pause, Crew.Time);
            return;
        }

        _handover.MakeReady(task, end, mayKeep: false);
    }

    private ExecutionOutcome GiveUp(int task, int attempt, ExecutionOutcome outcome, ref bool hasSpawned)
    {
        if (_run.FallbackOf(task) is TaskBody fallback && FallBack(task, attempt, fallback, ref hasSpawned))
        {
            return ExecutionOutcome.FellBack;
        }

        if (_run.Plan.OnFailure == FailurePolicy.FailFast)
        {
            _run.Cancel();
        }

        return outcome;
    }

    private bool FallBack(int task, int attempt, TaskBody fallback, ref bool hasSpawned)
    {
        try
        {
            // The token of the attempt has ended with its time.
            _scope.Begin(task, attempt, _run.Token);
            fallback(_scope);
            return _scope.Pending is null ? true : throw new InvalidOperationException("A fallback is over when it returns; it cannot wait for more with Until.");
        }
        catch (Exception error)
        {
            // Foreign code, as above.
            _run.NoteFailure(task, attempt, error);
            return false;
        }
        finally
        {
            hasSpawned |= _scope.Spawned > 0;
        }
    }

    private void Note(int task, ExecutionOutcome outcome, int attempt, long start, long end)
    {
        if (_run.IsStanding && _run.Growth[task].Work is LaneWork work)
        {
            work.Ended(in _notes.Tell(task, outcome, attempt, start, end, _passedOver, _scope));
            _passedOver = false;
            // Telling takes its time, which is not the next task's.
            _handover.Now = Crew.Stamp();
        }
        else if (_run.Recording)
        {
            _notes.Write(task, outcome, attempt, start, end, _passedOver, _scope);
            _passedOver = false;
        }
    }
}
