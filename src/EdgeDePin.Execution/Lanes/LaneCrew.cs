using System.Diagnostics;
using System.Numerics;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Threads that run task graphs. A ready task stays on the lane that made it ready, idle lanes steal, and lanes with nothing to
/// do sleep. One graph runs at a time; others wait their turn. For one graph at a few tens of nanoseconds per task.
/// </summary>
public sealed class LaneCrew : IAsyncDisposable
{
    /// <summary>Tasks that are stolen at once beyond the first, at most.</summary>
    private const int MostStolen = 32;

    private readonly CrewLane[] _lanes;
    private readonly TimeProvider _time;
    private readonly bool _systemTime;
    private readonly bool _inline;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ManualResetEventSlim _released = new(initialState: true);
    private ulong _asleep;
    private readonly Lock _holdGate = new();
    private int _holds;
    private int _runs;
    private volatile CrewRun? _current;
    private volatile bool _disposed;

    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public LaneCrew(LaneOptions options, TimeProvider time)
        : this(options, time, inline: false)
    {
    }

    private LaneCrew(LaneOptions options, TimeProvider time, bool inline, LaneProbe? probe = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validated();
        (_time, _systemTime, _inline) = (time, ReferenceEquals(time, TimeProvider.System), inline);
        Machine = new MachineState(time);
        Probe = probe;
        _lanes = [.. Enumerable.Range(0, options.Lanes).Select(number => new CrewLane(this, number, options))];
        if (!inline)
        {
            foreach (CrewLane lane in _lanes)
            {
                lane.StartThread();
            }
        }
    }

    /// <summary>
    /// One lane without a thread: <see cref="RunHere"/> runs everything on the caller, always in the same order. With a virtual
    /// time provider this is the same scheduler as a simulation.
    /// </summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static LaneCrew OnCaller(TimeProvider time, int ringCapacity = 16_384) =>
        new(new LaneOptions { Lanes = 1, RingCapacity = ringCapacity }, time, inline: true);

    /// <summary>Lanes without threads, for a search through the orders of their steps: the test calls <see cref="CrewLane.Participate"/>.</summary>
    internal static LaneCrew Searched(int lanes, LaneProbe probe) =>
        new(new LaneOptions { Lanes = lanes, RingCapacity = 2 }, TimeProvider.System, inline: true, probe);

    public int Lanes => _lanes.Length;

    /// <summary>One ring of records for each lane.</summary>
    public IReadOnlyList<RecordRing> Rings => [.. _lanes.Select(lane => lane.Ring)];

    internal MachineState Machine { get; }

    internal LaneProbe? Probe { get; }

    internal TimeProvider Time => _time;

    internal bool Held => Volatile.Read(ref _holds) > 0;

    internal bool Disposed => _disposed;

    internal CrewRun? Current => _current;

    internal ReadOnlySpan<CrewLane> All => _lanes;

    /// <summary>Runs every task of the graph once its dependencies are there.</summary>
    /// <returns>When nothing of the graph runs any more.</returns>
    /// <exception cref="ArgumentException">The plan does not fit its graph.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it began. A run that is cancelled later ends with a report.</exception>
    public async Task<RunReport> RunAsync(RunPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ObjectDisposedException.ThrowIf(_disposed || _inline, this);
        plan.Validate(_lanes.Length);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (long executions, long lost) = Count();
            CrewRun run = Begin(plan, standing: false);
            await using (cancellationToken.UnsafeRegister(_ => run.Cancel(), null))
            {
                WakeLanes();
                await run.Left;
            }

            return End(run, executions, lost);
        }
        finally
        {
            _current = null;
            _turn.Release();
        }
    }

    /// <summary>Runs the graph on the calling thread; for crews made by <see cref="OnCaller"/>.</summary>
    /// <param name="idle">
    /// Called when nothing is ready but something is still open (a pause, pending work): lets virtual time go on. Returns
    /// whether anything happened. Null: wait for it.
    /// </param>
    /// <exception cref="InvalidOperationException">Something is open and <paramref name="idle"/> says that nothing will happen.</exception>
    public RunReport RunHere(RunPlan plan, Func<bool>? idle = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!_inline || _current is not null)
        {
            throw new InvalidOperationException("RunHere is for a crew made by OnCaller, one graph at a time.");
        }

        plan.Validate(1);
        (long executions, long lost) = Count();
        CrewRun run = Begin(plan, standing: false);
        try
        {
            using (cancellationToken.UnsafeRegister(_ => run.Cancel(), null))
            {
                _lanes[0].Participate(run, idle);
            }

            return End(run, executions, lost);
        }
        finally
        {
            _current = null;
        }
    }

    /// <summary>
    /// Lets the lanes pause at the next task's end until the hold is disposed: sensing comes first. Bodies that run long see
    /// <see cref="TaskScope.ShouldYield"/>.
    /// </summary>
    public IDisposable Hold()
    {
        lock (_holdGate)
        {
            if (++_holds == 1)
            {
                _released.Reset();
            }
        }

        _current?.Signal(CrewRun.Held);
        return new HoldUntilDisposed(this);
    }

    /// <summary>Begins a run that takes work from outside, and has the crew for itself until it is closed.</summary>
    internal StandingRun Stand(Resources resources)
    {
        if ((_inline && Probe is null) || !_turn.Wait(0))
        {
            throw new InvalidOperationException("A crew that runs a graph has no lanes for a standing run.");
        }

        var plan = new RunPlan { Shape = GraphShape.Of(0, []), Body = static _ => { }, Resources = resources };
        CrewRun run = Begin(plan, standing: true);
        WakeLanes();
        return new StandingRun(this, run);
    }

    /// <summary>A standing run is over.</summary>
    internal void Dismiss(CrewRun run)
    {
        run.Report(0, 0, _time);
        _current = null;
        _turn.Release();
    }

    /// <summary>Cancels the running graph and ends the threads.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _current?.Cancel();
            await _turn.WaitAsync();
            WakeLanes();
            await Task.WhenAll(_lanes.Select(lane => lane.Ended));
            Array.ForEach(_lanes, lane => lane.Dispose());
            Machine.Dispose();
            _turn.Release();
        }
    }

    internal long Stamp() => _systemTime ? Stopwatch.GetTimestamp() : _time.GetTimestamp();

    internal bool AnyAsleep => Volatile.Read(ref _asleep) != 0;

    /// <summary>Looks through the lanes for something that waits there, beginning where it found something the last time.</summary>
    /// <param name="thief">The lane's own; gets what is stolen beyond the first.</param>
    /// <returns>-1 when there is nothing.</returns>
    internal int StealFor(StealDeque thief, ref uint victim)
    {
        for (int tries = 0; tries < _lanes.Length; tries++)
        {
            victim++;
            StealDeque other = _lanes[(int)(victim % (uint)_lanes.Length)].Deque;
            int task = other == thief ? -1 : thief.StealHalfOf(other, MostStolen);
            if (task >= 0)
            {
                // There may be more where this came from, and others asleep.
                if (AnyAsleep && other.Count > 0)
                {
                    WakeOne();
                }

                return task;
            }
        }

        return -1;
    }

    internal void WakeOne()
    {
        for (ulong asleep = Volatile.Read(ref _asleep); asleep != 0; asleep = Volatile.Read(ref _asleep))
        {
            if (TryWake(BitOperations.TrailingZeroCount(asleep)))
            {
                return;
            }
        }
    }

    internal void WakeAll()
    {
        for (ulong asleep = Volatile.Read(ref _asleep); asleep != 0; asleep = Volatile.Read(ref _asleep))
        {
            TryWake(BitOperations.TrailingZeroCount(asleep));
        }
    }

    /// <summary>
    /// After this the lane looks once more for work and then waits to be woken. The barrier makes every other thread's earlier
    /// push visible, so that a push itself needs none: lanes push often and fall asleep seldom.
    /// </summary>
    internal void FallAsleep(int lane)
    {
        Probe?.Between();
        Interlocked.Or(ref _asleep, 1UL << lane);
        Interlocked.MemoryBarrierProcessWide();
        Probe?.Between();
    }

    /// <returns>False when somebody has woken it already, and its permit is there or about to be.</returns>
    internal bool StayAwake(int lane) => TryClear(lane);

    internal void AwaitRelease(CancellationToken cancellationToken)
    {
        try
        {
            while (Held)
            {
                _released.Wait(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over; what comes next says so.
        }
    }

    internal CrewRun Begin(RunPlan plan, bool standing)
    {
        var run = new CrewRun(this, plan, ++_runs, _lanes.Length, standing);
        _current = run;
        if (Held)
        {
            run.Signal(CrewRun.Held);
        }

        if (plan.Shape.Tasks == 0 && !standing)
        {
            run.Finish();
        }

        return run;
    }

    private RunReport End(CrewRun run, long executions, long lost)
    {
        (long executionsNow, long lostNow) = Count();
        return run.Report(executionsNow - executions, lostNow - lost, _time);
    }

    private (long Executions, long Lost) Count() => (_lanes.Sum(lane => lane.Executions), _lanes.Sum(lane => lane.Ring.Lost));

    private void WakeLanes() => Array.ForEach(_lanes, lane => lane.Wake());

    private bool TryWake(int lane)
    {
        Probe?.Between();
        bool cleared = TryClear(lane);
        Probe?.Between();
        if (cleared)
        {
            _lanes[lane].Wake();
        }

        return cleared;
    }

    private bool TryClear(int lane) => (Interlocked.And(ref _asleep, ~(1UL << lane)) & (1UL << lane)) != 0;

    private void Release()
    {
        lock (_holdGate)
        {
            if (--_holds == 0)
            {
                _released.Set();
            }
        }
    }

    private sealed class HoldUntilDisposed(LaneCrew crew) : IDisposable
    {
        private LaneCrew? _crew = crew;

        public void Dispose() => Interlocked.Exchange(ref _crew, null)?.Release();
    }
}
