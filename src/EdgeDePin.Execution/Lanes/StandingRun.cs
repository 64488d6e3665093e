namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// A run without a graph and without an end: pieces of work come from outside at any time, and lanes take them by priority, rank and
/// needs. It has its crew for itself. Safe for all threads.
/// </summary>
internal sealed class StandingRun
{
    private readonly LaneCrew _crew;
    private readonly CrewRun _run;
    private bool _closed;

    public StandingRun(LaneCrew crew, CrewRun run) => (_crew, _run) = (crew, run);

    /// <returns>False when the run is closed; the work will never be told anything.</returns>
    public bool TrySubmit(LaneWork work)
    {
        long now = _crew.Stamp();
        bool seen = _crew.Probe is { LooksTooEarly: true } && _crew.AnyAsleep;
        _crew.Probe?.Between();
        lock (_run.DispatcherGate)
        {
            if (_closed)
            {
                return false;
            }

            int task = _run.Growth.Add(work, now);
            Interlocked.Increment(ref _run.Open);
            _run.Dispatcher!.Add(task, work.Needs, work.Rank);
        }

        _crew.Probe?.Between();
        // The gate was a fence for this side; the one who falls asleep makes its own.
        if (_crew.Probe is { LooksTooEarly: true } ? seen : _crew.AnyAsleep)
        {
            _crew.WakeOne();
        }

        return true;
    }

    /// <summary>Takes waiting work back; it will not be told anything.</summary>
    public IReadOnlyList<LaneWork> Withdraw(Predicate<LaneWork> which)
    {
        var withdrawn = new List<LaneWork>();
        lock (_run.DispatcherGate)
        {
            foreach (int task in _run.Dispatcher!.Waiting().ToArray())
            {
                LaneWork work = _run.Growth[task].Work!;
                if (which(work))
                {
                    _run.Dispatcher.Remove(task);
                    _run.Growth.Free(task);
                    withdrawn.Add(work);
                }
            }

            // Never the last: the run itself is open, or its closing has been counted by whoever closed it.
            if (withdrawn.Count > 0 && Interlocked.Add(ref _run.Open, -withdrawn.Count) == 0)
            {
                _run.Finish();
            }
        }

        return withdrawn;
    }

    /// <summary>Of the waiting work that is meant, the piece that would be taken last of all; null when there is none.</summary>
    public LaneWork? Last(Predicate<LaneWork> which)
    {
        lock (_run.DispatcherGate)
        {
            int task = _run.Dispatcher!.Last(candidate => which(_run.Growth[candidate].Work!));
            return task < 0 ? null : _run.Growth[task].Work;
        }
    }

    /// <summary>
    /// Takes nothing more, and tells what still waits that it will not run. Returns when nothing runs any more; what runs should
    /// have been asked to end.
    /// </summary>
    public async Task CloseAsync()
    {
        lock (_run.DispatcherGate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        // Also lets lanes go that a hold has stopped.
        _run.Cancel();
        _crew.Probe?.Between();
        if (Interlocked.Decrement(ref _run.Open) == 0)
        {
            _run.Finish();
        }

        await _run.Left;
        _crew.Dismiss(_run);
    }
}
