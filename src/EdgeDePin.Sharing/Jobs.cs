using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Sharing;

/// <summary>
/// Tasks that may run at any neighbour that fits: asks two and binds to the first that has room, places again what was lost,
/// copies stragglers, runs again what was taken back. Pure; one thread.
/// </summary>
public sealed class Jobs
{
    /// <summary>Tasks that are kept, those included whose result may yet be taken back.</summary>
    public const int Capacity = 65_536;

    // Reserving at two and taking the first is within 12 % of an ideal scheduler (Sparrow, SOSP 2013).
    private const int Reservations = 2;
    private const int MaxCopies = 2;

    // Where so many find no place, the rest will not either.
    private const int MaxStuck = 8;

    // Nobody becomes known who is never tried.
    private const double Exploration = 0.0005;

    // A task that failed at two workers, or failed or took too long so often in all, fails by itself.
    private const int FailedWorkers = 2;
    private const int FailedAttempts = 5;

    // Whoever declined a task is not asked for it again at once.
    private static readonly TimeSpan LeastShun = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestShun = TimeSpan.FromSeconds(60);

    // So many run times are known before one is called late.
    private const int LeastSamples = 20;

    private readonly SharingOptions _options;
    private readonly NeighbourTable _neighbours;
    private readonly Requester _requester;
    private readonly Random _random;
    private readonly Dictionary<uint, JobTask> _tasks = [];
    private readonly List<JobTask> _pending = [];
    private readonly Dictionary<TaskKind, RunTimes> _runTimes = [];

    public Jobs(SharingOptions options, NeighbourTable neighbours, Requester requester, Random random) =>
        (_options, _neighbours, _requester, _random) = (options, neighbours, requester, random);

    /// <summary>Tasks that have no result.</summary>
    public int Open { get; private set; }

    public int Pending => _pending.Count;

    /// <summary>Adds a task; its answer comes as <see cref="Step.Answer"/>, with this number.</summary>
    /// <exception cref="InvalidOperationException">There are <see cref="Capacity"/> already.</exception>
    public uint Add(Assignment what)
    {
        ArgumentNullException.ThrowIfNull(what);
        what.Policy.Check();
        if (_tasks.Count >= Capacity)
        {
            throw new InvalidOperationException($"{_tasks.Count} tasks are kept already; wait for some of them.");
        }

        TaskId name = _requester.NewTask();
        var task = new JobTask(name, what);
        _tasks.Add(name.Task, task);
        _pending.Add(task);
        Open++;
        return name.Task;
    }

    /// <summary>Nobody waits for a task any more.</summary>
    public IReadOnlyList<Step> Cancel(uint task, TimeSpan now)
    {
        if (!_tasks.Remove(task, out JobTask? unwanted))
        {
            return [];
        }

        _pending.Remove(unwanted);
        Open -= unwanted.Result is null ? 1 : 0;
        return [.. unwanted.Attempts.SelectMany(attempt => _requester.Cancel(attempt, now)).Where(step => step is not Step.Conclude)];
    }

    /// <summary>Why a task is where it is, or nowhere: the last placement, and what excluded each other neighbour.</summary>
    public string? WhyThere(uint task) => _tasks.GetValueOrDefault(task)?.Why;

    // Numbers begin anew at each start; what was on trust before it belongs to nobody here.
    internal bool Owns(TaskId task) => _tasks.TryGetValue(task.Task, out JobTask? own) && own.Name.Job == task.Job;

    /// <summary>Gives pending tasks away, as far as there is room, and copies stragglers. Call it after whatever may have made room.</summary>
    public IReadOnlyList<Step> Place(TimeSpan now)
    {
        var steps = new List<Step>();
        int stuck = 0;
        for (int left = _pending.Count; left > 0 && stuck < MaxStuck && _requester.Open < _options.MaxBorrowed && AnyRoom(now); left--)
        {
            JobTask task = _pending[0];
            _pending.RemoveAt(0);
            IReadOnlyList<Step> placed = Place(task, now);
            steps.AddRange(placed);
            if (placed.Count == 0)
            {
                // Behind the others: what nobody may have must not keep them from their places.
                _pending.Add(task);
                stuck++;
            }
        }

        return steps;
    }

    /// <summary>What time alone changes.</summary>
    internal IReadOnlyList<Step> Tick(TimeSpan now) =>
        Open == 0 ? [] : [.. Place(now), .. _requester.Away.ToArray().SelectMany(borrowing => Copy(borrowing, now))];

    internal IReadOnlyList<Step> Leased(TaskId attempt, TimeSpan now)
    {
        JobTask task = _tasks[attempt.Task];
        if (_requester.Find(attempt) is not { } leased)
        {
            // It was handed back in the same breath.
            return [];
        }

        task.LeasedBy[attempt] = leased.Worker;
        task.Why = $"{leased.Worker} had room first; {task.Excluded}";
        return [.. task.Attempts.Where(other => other != attempt && _requester.Find(other) is { Leased: false }).ToArray()
            .SelectMany(other => _requester.Cancel(other, now))];
    }

    internal IReadOnlyList<Step> Concluded(TaskId attempt, BorrowOutcome outcome, TimeSpan now)
    {
        JobTask task = _tasks[attempt.Task];
        task.Attempts.Remove(attempt);
        task.AskedOf.Remove(attempt, out NodeId worker);
        if (outcome is not BorrowOutcome.Accepted accepted)
        {
            task.Learn(worker, outcome, now);
            if (task.Attempts.Count > 0 || task.Result is not null)
            {
                return Place(now);
            }

            if (task.FailedAt.Count >= FailedWorkers || task.Failures >= FailedAttempts)
            {
                return [new Step.GiveUp(attempt.Task, $"it failed {task.Failures} times, lastly: {task.Failure}"), .. Cancel(attempt.Task, now), .. Place(now)];
            }

            if (!_pending.Contains(task))
            {
                _pending.Add(task);
            }

            return task.LeasedBy.Remove(attempt) ? [new Step.Returned(attempt, worker), .. Place(now)] : Place(now);
        }

        if (task.Result is not null)
        {
            return [];
        }

        task.Result = attempt;
        Open--;
        RunTimesOf(task.What.Kind).Add(accepted.RunTime * Speed(task.LeasedBy.GetValueOrDefault(attempt)));
        List<Step> steps = [new Step.Answer(attempt.Task, accepted)];
        foreach (TaskId other in task.Attempts.ToArray())
        {
            steps.AddRange(_requester.Cancel(other, now, raced: accepted.Fuel));
        }

        if (accepted.Verified || task.What.Policy.Class == Policy.DataClass.Owner)
        {
            _tasks.Remove(attempt.Task);
        }

        steps.AddRange(Place(now));
        return steps;
    }

    internal void Settled(TaskId attempt)
    {
        if (_tasks.GetValueOrDefault(attempt.Task)?.Result == attempt)
        {
            _tasks.Remove(attempt.Task);
        }
    }

    internal IReadOnlyList<Step> TakenBack(TaskId attempt, TimeSpan now)
    {
        if (_tasks.GetValueOrDefault(attempt.Task) is not { } task || task.Result != attempt)
        {
            return [];
        }

        task.Result = null;
        Open++;
        _pending.Add(task);
        return Place(now);
    }

    // Mostly all neighbours are full while much waits; then no task needs to be looked at.
    private bool AnyRoom(TimeSpan now)
    {
        foreach (Neighbour neighbour in _neighbours.All)
        {
            if (neighbour.Room(now) > 0)
            {
                return true;
            }
        }

        return false;
    }

    private List<Step> Place(JobTask task, TimeSpan now)
    {
        (Neighbour Neighbour, double Score)[] fitting = Fitting(task, now);
        var steps = new List<Step>();
        foreach ((Neighbour worker, _) in fitting.Take(Reservations))
        {
            steps.AddRange(Ask(task, worker, now));
        }

        return steps;
    }

    private IReadOnlyList<Step> Ask(JobTask task, Neighbour worker, TimeSpan now)
    {
        TaskId attempt = task.Name with { Attempt = ++task.LastAttempt };
        task.Attempts.Add(attempt);
        task.AskedOf.Add(attempt, worker.Id);
        return _requester.Ask(task.What, worker, attempt, now, _options.Patience);
    }

    // Soonest done first, where a millicredit weighs as much as a millisecond and chance breaks ties.
    private (Neighbour Neighbour, double Score)[] Fitting(JobTask task, TimeSpan now)
    {
        var fitting = new List<(Neighbour Neighbour, double Score)>();
        string excluded = "";
        foreach (Neighbour neighbour in _neighbours.All)
        {
            if (_requester.WhyNot(task.What, neighbour, now) is { } reason)
            {
                excluded = reason;
            }
            else if (task.Shunned.TryGetValue(neighbour.Id, out (TimeSpan Until, TimeSpan Gap) shunned) && now < shunned.Until)
            {
                excluded = $"{neighbour.Id} declined it and is asked again in {shunned.Until - now}";
            }
            else if (neighbour.Room(now) > 0 && !task.Attempts.Any(attempt => _requester.Find(attempt)?.Worker == neighbour.Id))
            {
                double seconds = neighbour.ExpectedWait(now).TotalSeconds + task.What.Expected.TotalSeconds / Speed(neighbour.Id);
                // A result that will be checked costs another run; whom we know costs fewer.
                seconds += Vesting.CheckShare(_options, neighbour.Trust.Passed) * task.What.Expected.TotalSeconds;
                bool tried = _random.NextDouble() < Exploration;
                fitting.Add((neighbour, tried ? 0 : seconds + neighbour.Offer!.Price / 1000.0 + _random.NextDouble() * 0.001));
            }
        }

        task.Excluded = excluded.Length == 0 ? "nobody was excluded" : $"last excluded: {excluded}";
        task.Why = fitting.Count == 0 ? $"nobody has room; {task.Excluded}" : task.Why;
        fitting.Sort((left, right) => left.Score.CompareTo(right.Score));
        return [.. fitting];
    }

    private IReadOnlyList<Step> Copy(Borrowing borrowing, TimeSpan now)
    {
        if (borrowing is not { Leased: true, Checking: null, Checks: null } || _tasks.GetValueOrDefault(borrowing.Task.Task) is not { } task
            || task.Attempts.Count >= MaxCopies || RunTimesOf(task.What.Kind).Late is not { } late
            || now - borrowing.HeardFirst < late / Speed(borrowing.Worker))
        {
            return [];
        }

        return Fitting(task, now) is [(Neighbour other, _), ..] ? Ask(task, other, now) : [];
    }

    // As it claims; a claim that is too high makes its holder late, and that costs it tasks.
    private double Speed(NodeId worker) => Math.Max(1, _neighbours.Find(worker)?.Offer?.SpeedPermille ?? 1000) / 1000.0;

    private RunTimes RunTimesOf(TaskKind kind)
    {
        if (!_runTimes.TryGetValue(kind, out RunTimes? times))
        {
            _runTimes.Add(kind, times = new RunTimes());
        }

        return times;
    }

    private sealed class JobTask(TaskId name, Assignment what)
    {
        public TaskId Name { get; } = name;
        public Assignment What { get; } = what;
        public uint LastAttempt { get; set; }
        public List<TaskId> Attempts { get; } = [];
        public Dictionary<TaskId, NodeId> LeasedBy { get; } = [];
        public TaskId? Result { get; set; }
        public string? Why { get; set; }
        public string Excluded { get; set; } = "";

        /// <summary>The worker of each attempt.</summary>
        public Dictionary<TaskId, NodeId> AskedOf { get; } = [];

        /// <summary>Who declined it, until when it is not asked again, and how long that was.</summary>
        public Dictionary<NodeId, (TimeSpan Until, TimeSpan Gap)> Shunned { get; } = [];
        public HashSet<NodeId> FailedAt { get; } = [];
        public int Failures { get; private set; }
        public string Failure { get; private set; } = "";

        /// <summary>Takes what came of an attempt, where it was no result.</summary>
        public void Learn(NodeId worker, BorrowOutcome outcome, TimeSpan now)
        {
            if (outcome is BorrowOutcome.Refused || outcome.TaskFailed)
            {
                TimeSpan gap = Shunned.TryGetValue(worker, out (TimeSpan Until, TimeSpan Gap) last) ? 2 * last.Gap : LeastShun;
                gap = gap < LongestShun ? gap : LongestShun;
                Shunned[worker] = (now + gap, gap);
            }

            if (outcome.TaskFailed)
            {
                // One that took too long may have been held up by the network; one that says so failed.
                if (outcome is BorrowOutcome.Refused)
                {
                    FailedAt.Add(worker);
                }

                Failures++;
                Failure = (outcome as BorrowOutcome.Refused)?.Reason ?? (outcome as BorrowOutcome.Lost)?.Reason ?? "";
            }
        }
    }

    /// <summary>The last run times of a kind, as a node of speed 1 would need, and from when on one is a straggler.</summary>
    private sealed class RunTimes
    {
        private readonly TimeSpan[] _last = new TimeSpan[64];
        private int _count;

        /// <summary>Past the 95th of a hundred, and past twice the middle one: where all take alike, nobody is late.</summary>
        public TimeSpan? Late { get; private set; }

        public void Add(TimeSpan time)
        {
            _last[_count++ % _last.Length] = time;
            int known = Math.Min(_count, _last.Length);
            if (known < LeastSamples || (_count % 8 != 0 && Late is not null))
            {
                return;
            }

            TimeSpan[] sorted = [.. _last.Take(known).Order()];
            TimeSpan middle = 2 * sorted[known / 2], high = sorted[(int)(known * 0.95)];
            Late = (high > middle ? high : middle) + TimeSpan.FromMilliseconds(50);
        }
    }
}
