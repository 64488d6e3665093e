using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Scheduling;
using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>
/// What one run of a graph knows of what is still to come: who goes first (the longest path that follows, by learned times), and where each
/// task should run so that the whole is over soonest. The plan for the rest is made again as tasks end, by the search that simulations use
/// (<see cref="PlanSearch"/>), everything on the fastest place among the candidates. Safe for all threads.
/// </summary>
internal sealed class Foresight
{
    /// <summary>A larger graph is placed task by task: a plan costs tasks times cores at every end.</summary>
    public const int MaxTasks = 512;

    /// <summary>A plan serves for as many ends as this part of the graph.</summary>
    private const int PlansPerRun = 64;

    /// <summary>Of each neighbour; what it offers beyond is not planned with.</summary>
    private const int MaxSlots = 16;

    private readonly TaskGraph _graph;
    private readonly TaskDefinition[] _definitions;
    private readonly Estimates _estimates;
    private readonly TimeProvider _time;
    private readonly int[] _places;
    private readonly double[] _inputBytes;
    private readonly Lock _gate = new();
    private readonly bool[] _settled;
    private readonly (bool Placed, NodeId? Worker, long At, TimeSpan Finish)[] _begun;
    private GraphShape? _shape;
    private int[] _nodes = [];
    private (NodeId Id, int Slots, double Speed)[] _with = [];
    private int _ends = int.MaxValue;

    public Foresight(TaskGraph graph, TaskDefinition[] definitions, Estimates estimates, TimeProvider time)
    {
        (_graph, _definitions, _estimates, _time) = (graph, definitions, estimates, time);
        int tasks = definitions.Length;
        _settled = new bool[tasks];
        _begun = new (bool, NodeId?, long, TimeSpan)[tasks];
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

    /// <summary>From 0: its turn among all tasks of the graph, the longest path first, then the order of the graph.</summary>
    public int PlaceOf(int task) => _places[task];

    public void Placed(int task, PlacementDecision decision, long at)
    {
        lock (_gate)
        {
            _begun[task] = (true, decision.Worker?.Id, at, decision.Finish);
        }
    }

    public void Settled(int task)
    {
        lock (_gate)
        {
            _settled[task] = true;
            _ends = _ends == int.MaxValue ? _ends : _ends + 1;
        }
    }

    /// <param name="workers">Neighbours with room, in any order; at least one.</param>
    /// <param name="worker">Null for this node.</param>
    /// <returns>False when there is no plan: the graph is too large.</returns>
    public bool TryChoose(int task, LocalLoad load, IReadOnlyList<RemoteWorker> workers, out RemoteWorker? worker)
    {
        worker = null;
        if (_definitions.Length > MaxTasks)
        {
            return false;
        }

        lock (_gate)
        {
            if (_ends > _definitions.Length / PlansPerRun || !workers.Select(Offered).SequenceEqual(_with))
            {
                _nodes = Plan(load, workers);
                _with = [.. workers.Select(Offered)];
                _ends = 0;
            }

            worker = _nodes[task] == 0 ? null : workers[_nodes[task] - 1];
            return true;
        }
    }

    private static (NodeId Id, int Slots, double Speed) Offered(RemoteWorker worker) => (worker.Id, worker.FreeSlots, worker.RelativeSpeed);

    /// <returns>For each task 0 for here, or 1 and the index of the neighbour.</returns>
    private int[] Plan(LocalLoad load, IReadOnlyList<RemoteWorker> workers)
    {
        int tasks = _definitions.Length;
        _shape ??= GraphShape.Of([.. Enumerable.Range(0, tasks).Select(task => _graph.DependenciesOf(task).ToArray())]);
        var platform = new Platform
        {
            Nodes = [new PlatformNode("here", load.Lanes, 1), .. workers.Select(known => new PlatformNode(known.Name, Math.Clamp(known.FreeSlots, 1, MaxSlots), known.RelativeSpeed))],
        };
        double[] here = new double[tasks];
        double[][] on = new double[tasks][];
        for (int task = 0; task < tasks; task++)
        {
            TaskKind kind = _definitions[task].Kind;
            here[task] = Math.Max(_estimates.Predict(kind, inputBytes: _inputBytes[task]).RunTime.TotalSeconds, 1e-9);
            on[task] = [here[task], .. workers.Select(known => !_definitions[task].Lendable ? double.PositiveInfinity
                : (_estimates.Predict(kind, known.Id, known.RelativeSpeed, _inputBytes[task]).RunTime + _estimates.Travel(kind, known, _inputBytes[task])).TotalSeconds)];
        }

        var workload = new Workload(_shape, here, null, platform) { SecondsOn = on };
        Plan plan = new PlanSearch(workload).Best(here, variations: 0, new Random(0), ProgressOf(workload, load, workers));
        return [.. plan.Core.Select(workload.NodeOf)];
    }

    // What has begun or waits at its place is where it is; instants are seconds from now.
    private Progress ProgressOf(Workload workload, LocalLoad load, IReadOnlyList<RemoteWorker> workers)
    {
        var progress = new Progress(_definitions.Length, workload.Cores);
        double each = load.Busy + load.Ahead == 0 ? 0 : load.Work.TotalSeconds / Math.Min(load.Busy + load.Ahead, load.Lanes);
        for (int core = 0; core < workload.Cores; core++)
        {
            int node = workload.NodeOf(core);
            progress.CoreFree[core] = node > 0 ? workers[node - 1].ExpectedWait.TotalSeconds : core < load.Busy + load.Ahead ? each : 0;
        }

        for (int task = 0; task < _begun.Length; task++)
        {
            if (_settled[task] || _begun[task].Placed)
            {
                progress.Core[task] = 0;
                progress.End[task] = _settled[task] ? 0 : Math.Max(0, (_begun[task].Finish - _time.GetElapsedTime(_begun[task].At)).TotalSeconds);
            }
        }

        return progress;
    }
}
