using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Learning;

namespace EdgeDePin.Execution.Scheduling;

/// <summary>
/// Runs a workload in virtual time. A core is taken when a task is sent to it; the task begins when its data has come, and takes
/// its true time there. Nothing is known of a task's time but what the policy is allowed to know.
/// </summary>
public sealed class WorkloadSimulation
{
    /// <summary>Above this many tasks a plan serves for several ends.</summary>
    private const int TasksPerReplan = 1000;

    private readonly Workload _workload;
    private readonly SimulationPolicy _policy;
    private readonly RunTimeBook<(int Kind, int Class)>? _times;
    private readonly Random _random;
    private readonly Progress _progress;
    private readonly double[] _ready;
    private readonly int[] _missing;
    private readonly bool[] _coreBusy;
    private readonly PriorityQueue<int, (double At, int Task)> _ends = new();
    private readonly List<SimulatedDecision> _decisions = [];
    private readonly Dispatcher? _dispatcher;
    private readonly PlanSearch _search;
    private readonly Queue<int>[] _planned;
    private readonly bool[] _ended;
    private readonly double[] _expected;
    private readonly double[] _trueEnd;
    private Plan? _plan;
    private int _endsSincePlan;

    private WorkloadSimulation(Workload workload, SimulationPolicy policy, RunTimeBook<(int, int)>? times, Random random)
    {
        (_workload, _policy, _times, _random) = (workload, policy, times, random);
        int tasks = workload.Shape.Tasks;
        _progress = new Progress(tasks, workload.Cores);
        _ready = new double[tasks];
        _ended = new bool[tasks];
        _missing = workload.Shape.WaitsFor.ToArray();
        _coreBusy = new bool[workload.Cores];
        _search = new PlanSearch(workload);
        _planned = [.. Enumerable.Range(0, workload.Cores).Select(_ => new Queue<int>())];
        _expected = [.. workload.Seconds];
        _trueEnd = new double[tasks];
        if (policy is SimulationPolicy.Fifo or SimulationPolicy.Rank)
        {
            _dispatcher = new Dispatcher(
                new Resources { Cores = workload.Cores }, null, policy == SimulationPolicy.Rank ? _search.MeanRanks(workload.Seconds) : null);
            foreach (int root in workload.Shape.Roots)
            {
                _dispatcher.Add(root);
            }
        }
    }

    /// <param name="times">What <see cref="SimulationPolicy.Estimated"/> knows and learns, by kind; others need none.</param>
    /// <param name="variations">Plans that the planning policies try beyond the usual ones.</param>
    public static SimulatedRun Run(
        Workload workload, SimulationPolicy policy, Random random, RunTimeBook<(int Kind, int Class)>? times = null, int variations = 0)
    {
        ArgumentNullException.ThrowIfNull(workload);
        if (policy == SimulationPolicy.Estimated)
        {
            ArgumentNullException.ThrowIfNull(times);
        }

        return new WorkloadSimulation(workload, policy, times, random).Run(variations);
    }

    private SimulatedRun Run(int variations)
    {
        Decide(variations);
        while (_ends.TryDequeue(out int task, out (double At, int Task) next))
        {
            _progress.Now = next.At;
            End(task);
            while (_ends.TryPeek(out int other, out (double At, int Task) same) && same.At == next.At)
            {
                _ends.Dequeue();
                End(other);
            }

            Decide(variations);
        }

        return new SimulatedRun(new Plan(_progress.Core, _progress.Start, _progress.End), _ready, _decisions);
    }

    private void End(int task)
    {
        _ended[task] = true;
        _progress.End[task] = _trueEnd[task];
        _progress.CoreFree[_progress.Core[task]] = _trueEnd[task];
        _coreBusy[_progress.Core[task]] = false;
        _endsSincePlan++;
        int node = _workload.NodeOf(_progress.Core[task]);
        // Speeds are announced by the nodes; what is learned is the work, so that one node's experience serves all.
        _times?.Observe((_workload.Kinds[task], 0), _workload.InputBytes[task],
            (_progress.End[task] - _progress.Start[task]) * _workload.Platform.Nodes[node].Speed);
        _dispatcher?.Release(task);
        foreach (int successor in _workload.Shape.SuccessorsOf(task))
        {
            if (--_missing[successor] == 0)
            {
                _ready[successor] = _progress.Now;
                _dispatcher?.Add(successor);
            }
        }
    }

    private void Decide(int variations)
    {
        if (_dispatcher is not null)
        {
            for (int task = _dispatcher.TryTake(out _); task >= 0; task = _dispatcher.TryTake(out _))
            {
                Send(task, _policy == SimulationPolicy.Fifo ? Array.IndexOf(_coreBusy, false) : EarliestFree(task), 0);
            }

            return;
        }

        Replan(variations);
        for (int core = 0; core < _planned.Length; core++)
        {
            if (!_coreBusy[core] && _planned[core].TryPeek(out int task) && _missing[task] == 0)
            {
                _planned[core].Dequeue();
                Send(task, core, _plan!.End[task]);
            }
        }
    }

    private void Replan(int variations)
    {
        bool first = _plan is null;
        if (_policy == SimulationPolicy.Heft)
        {
            if (first)
            {
                Follow(_search.Best(_workload.Seconds, variations, _random));
            }

            return;
        }

        if (!first && _endsSincePlan <= _workload.Shape.Tasks / TasksPerReplan)
        {
            return;
        }

        _endsSincePlan = 0;
        Expect();
        Follow(_search.Best(_expected, variations, _random, _progress));
    }

    /// <summary>What is expected of each task now: those that run are expected to go on for a while, however long they took.</summary>
    private void Expect()
    {
        for (int task = 0; task < _expected.Length; task++)
        {
            if (_ended[task])
            {
                continue;
            }

            (int Kind, int Class) key = (_workload.Kinds[task], 0);
            int core = _progress.Core[task];
            if (core < 0)
            {
                _expected[task] = Math.Max(_times!.Predict(key, _workload.InputBytes[task]).Seconds, Workload.LeastSeconds);
                continue;
            }

            double speed = _workload.SpeedOf(core);
            double elapsed = Math.Max(0, _progress.Now - _progress.Start[task]);
            double remaining = _times!.Remaining(key, elapsed * speed, _workload.InputBytes[task]) / speed;
            _progress.End[task] = Math.Max(_progress.Now, _progress.Start[task] + elapsed + remaining);
            _progress.CoreFree[core] = _progress.End[task];
        }
    }

    private void Follow(Plan plan)
    {
        _plan = plan;
        foreach (Queue<int> queue in _planned)
        {
            queue.Clear();
        }

        int[] order = [.. _workload.Order.Where(task => _progress.Core[task] < 0).OrderBy(task => plan.Start[task])];
        foreach (int task in order)
        {
            _planned[plan.Core[task]].Enqueue(task);
        }
    }

    private int EarliestFree(int task)
    {
        int best = -1;
        double soonest = double.MaxValue;
        for (int core = 0; core < _coreBusy.Length; core++)
        {
            double finish = _coreBusy[core] ? double.MaxValue
                : Arrival(task, _workload.NodeOf(core)) + (_workload.Seconds[task] / _workload.SpeedOf(core));
            if (finish < soonest)
            {
                (best, soonest) = (core, finish);
            }
        }

        return best;
    }

    private double Arrival(int task, int node)
    {
        double arrival = _progress.Now;
        ReadOnlySpan<int> before = _workload.Shape.DependenciesOf(task);
        for (int i = 0; i < before.Length; i++)
        {
            arrival = Math.Max(arrival, _progress.End[before[i]]
                + _workload.TransferSeconds(task, i, _workload.NodeOf(_progress.Core[before[i]]), node));
        }

        return arrival;
    }

    private void Send(int task, int core, double predictedFinish)
    {
        int node = _workload.NodeOf(core);
        double start = Arrival(task, node);
        if (_policy == SimulationPolicy.Estimated)
        {
            _decisions.Add(Explained(task, node, predictedFinish));
        }

        _coreBusy[core] = true;
        _progress.Core[task] = core;
        _progress.Start[task] = start;
        _trueEnd[task] = start + (_workload.Seconds[task] / _workload.SpeedOf(core));
        // What the next plan may know of it: the true end is known when it has come.
        _progress.End[task] = start + (_expected[task] / _workload.SpeedOf(core));
        _progress.CoreFree[core] = _progress.End[task];
        _ends.Enqueue(task, (_trueEnd[task], task));
    }

    private SimulatedDecision Explained(int task, int node, double predictedFinish)
    {
        (int other, double finish) = (-1, double.MaxValue);
        for (int core = 0; core < _workload.Cores; core++)
        {
            int at = _workload.NodeOf(core);
            double there = at == node ? double.MaxValue
                : Math.Max(Arrival(task, at), _coreBusy[core] ? _progress.CoreFree[core] : 0) + (_expected[task] / _workload.SpeedOf(core));
            if (there < finish)
            {
                (other, finish) = (at, there);
            }
        }

        return new SimulatedDecision(task, node, _progress.Now, predictedFinish, other, other < 0 ? 0 : finish);
    }
}
