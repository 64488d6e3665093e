using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>
/// What one run of a graph knows of what is still to come: who goes first (the longest path that follows, by learned times), and where each
/// task should run so that the whole is over soonest. The plan for the rest, and for what waits here, is made again as tasks end or the
/// neighbourhood changes, by the search that simulations use (<see cref="PlanSearch"/>), everything on the fastest place among the
/// candidates. Safe for all threads; one of them plans, and what was planned before serves the others meanwhile.
/// </summary>
internal sealed class Foresight
{
    /// <summary>A larger graph is placed task by task: a plan costs tasks times cores.</summary>
    public const int MaxTasks = 512;

    /// <summary>A plan serves for as many ends as this part of the graph.</summary>
    private const int PlansPerRun = 64;

    /// <summary>Of each neighbour; what it offers beyond is not planned with.</summary>
    private const int MaxSlots = 16;

    /// <summary>Planning takes no more of a run than this part of its time so far, and <see cref="FreePlanning"/>.</summary>
    private const int PlanningShare = 20;

    /// <summary>A neighbour that is a tenth faster or slower than was thought is another one.</summary>
    private const double SpeedChange = 0.1;

    private static readonly TimeSpan FreePlanning = TimeSpan.FromMilliseconds(100);

    private readonly TaskGraph _graph;
    private readonly TaskDefinition[] _definitions;
    private readonly Estimates _estimates;
    private readonly TimeProvider _time;
    private readonly int[] _places;
    private readonly double[] _inputBytes;
    private readonly Lock _gate = new();
    private readonly Standing[] _standing;
    private readonly Dictionary<NodeId, int> _lent = [];
    private readonly long _began;
    private GraphShape? _shape;
    // For each task the neighbour, or null for this node; the whole is null while there is no plan.
    private NodeId?[]? _plan;
    private Offer[] _with = [];
    private TimeSpan _spent;
    private int _ends;
    private bool _planning;

    public Foresight(TaskGraph graph, TaskDefinition[] definitions, Estimates estimates, TimeProvider time)
    {
        (_graph, _definitions, _estimates, _time, _began) = (graph, definitions, estimates, time, time.GetTimestamp());
        int tasks = definitions.Length;
        _standing = new Standing[tasks];
        _inputBytes = new double[tasks];
        double[] ranks = new double[tasks];
        for (int task = 0; task < tasks; task++)
        {
            _inputBytes[task] = graph.Tasks[task].Input.Length;
            foreach (int before in graph.DependenciesOf(task))
            {
                _inputBytes[task] += estimates.OutputBytes(definitions[before].Kind);
            }
        }

        // Tasks stand behind all they depend on, so backwards whatever follows has its rank already.
        for (int task = tasks - 1; task >= 0; task--)
        {
            ranks[task] += estimates.Predict(definitions[task].Kind, inputBytes: _inputBytes[task]).RunTime.TotalSeconds;
            foreach (int before in graph.DependenciesOf(task))
            {
                ranks[before] = Math.Max(ranks[before], ranks[task]);
            }
        }

        _places = new int[tasks];
        int[] order = [.. Enumerable.Range(0, tasks).OrderByDescending(task => ranks[task])];
        for (int place = 0; place < tasks; place++)
        {
            _places[order[place]] = place;
        }
    }

    private enum Stage : byte
    {
        Open,

        /// <summary>For a lane of this node; it may still go elsewhere.</summary>
        Waits,

        /// <summary>On a lane, or at a neighbour.</summary>
        Begun,

        Settled,
    }

    /// <summary>Plans made so far.</summary>
    public int Plans { get; private set; }

    /// <summary>From 0: its turn among all tasks of the graph, the longest path first, then the order of the graph.</summary>
    public int PlaceOf(int task) => _places[task];

    public void Placed(int task, PlacementDecision decision, long at)
    {
        lock (_gate)
        {
            Leave(task);
            if (decision.Worker is { } worker)
            {
                _lent[worker.Id] = _lent.GetValueOrDefault(worker.Id) + 1;
            }

            _standing[task] = new Standing(decision.Worker is null ? Stage.Waits : Stage.Begun, decision.Worker?.Id, at, decision.Finish, decision.Expected.RunTime);
        }
    }

    /// <summary>A lane has taken it.</summary>
    public void Begun(int task, long at)
    {
        lock (_gate)
        {
            ref Standing standing = ref _standing[task];
            standing = standing with { Stage = Stage.Begun, At = at, Finish = standing.Expected };
        }
    }

    /// <summary>It has failed where it was, and will be placed again.</summary>
    public void Reopened(int task)
    {
        lock (_gate)
        {
            Leave(task);
            _standing[task] = default;
            _ends = _definitions.Length;
        }
    }

    public void Settled(int task)
    {
        lock (_gate)
        {
            Leave(task);
            _standing[task] = new Standing(Stage.Settled, null, 0, default, default);
            _ends++;
        }
    }

    /// <summary>Whether the plan has it on this node; false while there is none.</summary>
    public bool Keeps(int task) => Volatile.Read(ref _plan) is { } plan && plan[task] is null;

    /// <param name="load">Without the task itself.</param>
    /// <param name="workers">Neighbours with room, in any order; at least one.</param>
    /// <param name="worker">Null for this node.</param>
    /// <returns>False when there is no plan (the graph is too large), or its neighbour has no room now.</returns>
    public bool TryChoose(int task, LocalLoad load, IReadOnlyList<RemoteWorker> workers, out RemoteWorker? worker)
    {
        worker = null;
        PlanIfDue(task, load, workers);
        if (Volatile.Read(ref _plan) is not { } plan)
        {
            return false;
        }

        worker = plan[task] is { } planned ? workers.FirstOrDefault(known => known.Id == planned) : null;
        return plan[task] is null || worker is not null;
    }

    /// <summary>Makes the plan again if enough has ended, or the neighbourhood is another, and planning has not had its share of time.</summary>
    public void PlanIfDue(int task, LocalLoad load, IReadOnlyList<RemoteWorker> workers)
    {
        if (_definitions.Length > MaxTasks)
        {
            return;
        }

        Standing[] standing;
        Offer[] with;
        long began = _time.GetTimestamp();
        lock (_gate)
        {
            if (_planning || (_plan is not null && _ends <= _definitions.Length / PlansPerRun && !IsOther(workers))
                || _spent > FreePlanning + (_time.GetElapsedTime(_began, began) / PlanningShare))
            {
                return;
            }

            (_planning, _ends, _with) = (true, 0, OffersOf(workers));
            (standing, with) = ([.. _standing], _with);
        }

        NodeId?[]? plan = null;
        try
        {
            plan = Plan(task, load, with, standing);
        }
        finally
        {
            lock (_gate)
            {
                _plan = plan ?? _plan;
                _spent += _time.GetElapsedTime(began);
                _planning = false;
                Plans++;
            }
        }
    }

    private void Leave(int task)
    {
        if (_standing[task] is { Stage: Stage.Begun, Worker: { } worker })
        {
            int left = _lent[worker] - 1;
            if (left == 0)
            {
                _lent.Remove(worker);
            }
            else
            {
                _lent[worker] = left;
            }
        }
    }

    /// <summary>Whether a neighbour has come or gone, or is another than it was planned with: a slot more or less at one with four is not.</summary>
    private bool IsOther(IReadOnlyList<RemoteWorker> workers)
    {
        int met = 0;
        foreach (Offer offer in _with)
        {
            RemoteWorker? now = null;
            for (int i = 0; i < workers.Count && now is null; i++)
            {
                now = workers[i].Id == offer.Worker.Id ? workers[i] : null;
            }

            int lent = _lent.GetValueOrDefault(offer.Worker.Id);
            if ((now is null && lent == 0)
                || Math.Abs(CoresOf(now, lent) - offer.Cores) > Math.Max(1, offer.Cores / 4)
                || (now is not null && Math.Abs((now.RelativeSpeed / offer.Worker.RelativeSpeed) - 1) > SpeedChange))
            {
                return true;
            }

            met += now is null ? 0 : 1;
        }

        return met != workers.Count;
    }

    // What is full of this run's own tasks has no room now, but will again.
    private Offer[] OffersOf(IReadOnlyList<RemoteWorker> workers) =>
    [
        .. workers.Select(known => new Offer(known, CoresOf(known, _lent.GetValueOrDefault(known.Id)))),
        .. _with.Where(offer => _lent.ContainsKey(offer.Worker.Id) && workers.All(known => known.Id != offer.Worker.Id))
            .Select(offer => offer with { Cores = CoresOf(null, _lent[offer.Worker.Id]) }),
    ];

    private static int CoresOf(RemoteWorker? now, int lent) => Math.Clamp((now?.FreeSlots ?? 0) + lent, 1, MaxSlots);

    private NodeId?[] Plan(int task, LocalLoad load, Offer[] with, Standing[] standing)
    {
        int tasks = _definitions.Length;
        _shape ??= GraphShape.Of([.. Enumerable.Range(0, tasks).Select(of => _graph.DependenciesOf(of).ToArray())]);
        var platform = new Platform
        {
            Nodes = [new PlatformNode("here", load.Lanes, 1), .. with.Select(offer => new PlatformNode(offer.Worker.Name, offer.Cores, offer.Worker.RelativeSpeed))],
        };
        double[] here = new double[tasks];
        double[][] on = new double[tasks][];
        for (int of = 0; of < tasks; of++)
        {
            TaskKind kind = _definitions[of].Kind;
            double bytes = _inputBytes[of];
            here[of] = Math.Max(_estimates.Predict(kind, inputBytes: bytes).RunTime.TotalSeconds, 1e-9);
            on[of] = [here[of], .. with.Select(offer => !_definitions[of].Lendable ? double.PositiveInfinity
                : (_estimates.Predict(kind, offer.Worker.Id, offer.Worker.RelativeSpeed, bytes).RunTime + _estimates.Travel(kind, offer.Worker, bytes)).TotalSeconds)];
        }

        var workload = new Workload(_shape, here, null, platform) { SecondsOn = on };
        Plan plan = new PlanSearch(workload).Best(here, variations: 0, new Random(0), ProgressOf(workload, task, load, with, standing));
        return [.. plan.Core.Select(core => workload.NodeOf(core) is > 0 and int node ? with[node - 1].Worker.Id : (NodeId?)null)];
    }

    // Instants are seconds from now. What has begun is where it is; what waits here (other than the task that is asked about, which the load
    // does not know) is planned anew, so it is none of what the lanes have before them.
    private Progress ProgressOf(Workload workload, int asked, LocalLoad load, Offer[] with, Standing[] standing)
    {
        var progress = new Progress(standing.Length, workload.Cores);
        var ends = new Dictionary<NodeId, List<double>>();
        for (int task = 0; task < standing.Length; task++)
        {
            Standing of = standing[task];
            if (task == asked || of.Stage == Stage.Open)
            {
                continue;
            }

            if (of.Stage == Stage.Waits)
            {
                bool ahead = _graph.Tasks[task].Priority >= _graph.Tasks[asked].Priority;
                load = ahead ? load with { Ahead = Math.Max(0, load.Ahead - 1), Work = TimeSpan.FromTicks(Math.Max(0, (load.Work - of.Expected).Ticks)) } : load;
                continue;
            }

            double end = of.Stage == Stage.Settled ? 0 : Math.Max(0, (of.Finish - _time.GetElapsedTime(of.At)).TotalSeconds);
            (progress.Core[task], progress.End[task]) = (0, end);
            if (of.Worker is { } worker && of.Stage == Stage.Begun)
            {
                (ends.TryGetValue(worker, out List<double>? there) ? there : ends[worker] = []).Add(end);
            }
        }

        int busy = Math.Min(load.Busy + load.Ahead, load.Lanes);
        for (int core = 0, before = 0; core < workload.Cores; core++)
        {
            int node = workload.NodeOf(core);
            before = core > 0 && node != workload.NodeOf(core - 1) ? core : before;
            List<double>? ours = node > 0 ? ends.GetValueOrDefault(with[node - 1].Worker.Id) : null;
            progress.CoreFree[core] = node == 0 ? core < busy ? load.Work.TotalSeconds / busy : 0
                : core - before < (ours?.Count ?? 0) ? ours![core - before]
                : with[node - 1].Worker.ExpectedWait.TotalSeconds;
        }

        return progress;
    }

    private readonly record struct Standing(Stage Stage, NodeId? Worker, long At, TimeSpan Finish, TimeSpan Expected);

    /// <summary>A neighbour as it is planned with: its room, and the places that tasks of this run have there.</summary>
    private readonly record struct Offer(RemoteWorker Worker, int Cores);
}
