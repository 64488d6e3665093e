using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Execution.Explaining;

/// <summary>What is to be different in a run that is run again. Numbers are indices into <see cref="Replay.Nodes"/>, or -1.</summary>
internal sealed record Change
{
    public int MoreCores { get; init; } = -1;

    public int Without { get; init; } = -1;

    /// <summary>Index into the tokens of <see cref="Replay.Shared"/>.</summary>
    public int MoreOfToken { get; init; } = -1;

    public bool MoreMemory { get; init; }

    public bool NoTravel { get; init; }

    /// <summary>How many times as fast each task is; null: all as they were.</summary>
    public Func<int, double>? Speed { get; init; }
}

/// <summary>
/// A recorded run, run again in virtual time: tasks stay where they were placed, wait for what they waited for, ask for what they asked for, and
/// begin in the order in which they began. A task whose node is gone goes to whichever other ends it first; to a node that got
/// a core come tasks that would end there earlier.
/// </summary>
internal sealed class Replay
{
    private readonly ExecutedRun _run;
    private readonly int[] _nodeOf;
    private readonly int[] _cores;
    private readonly double[] _travel;
    private readonly double[][] _slowness;

    public Replay(ExecutedRun run)
    {
        _run = run;
        string[] workers = [.. Enumerable.Range(0, run.Tasks).Select(WorkerOf)];
        string[] nodes = [.. workers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Nodes = nodes;
        _nodeOf = [.. workers.Select(worker => Array.BinarySearch(nodes, worker, StringComparer.Ordinal))];
        int own = run.Entries.Count == 0 ? 0 : Enumerable.Range(0, run.Tasks).FirstOrDefault(task => run.Entries[task].Lane >= 0, -1);
        Home = own < 0 ? -1 : _nodeOf[own];
        _cores = [.. Enumerable.Range(0, nodes.Length).Select(CoresOf)];
        Shared = run.Entries.Select(entry => entry.Resources).FirstOrDefault(shared => shared is not null) ?? new Resources { Cores = Home < 0 ? 1 : _cores[Home] };
        _travel = [.. Enumerable.Range(0, nodes.Length).Select(node =>
            Enumerable.Range(0, run.Tasks).Where(task => _nodeOf[task] == node).Select(task => (double)run.Transfer[task]).DefaultIfEmpty(0).Average())];
        _slowness = Slownesses();
    }

    public IReadOnlyList<string> Nodes { get; }

    /// <summary>What the tasks of the recording node shared.</summary>
    public Resources Shared { get; }

    /// <summary>The recording node; -1 when nothing ran there.</summary>
    private int Home { get; }

    /// <summary>Whether what ran there could run elsewhere: what holds tokens or memory of the recording node cannot.</summary>
    public bool CanDoWithout(int node) =>
        node != Home || !Enumerable.Range(0, _run.Tasks).Any(task => _nodeOf[task] == node && NeedsOf(task) is { Tokens: not 0 } or { MemoryBytes: > 0 });

    /// <returns>Seconds.</returns>
    public double Makespan(Change change) => new Pass(this, change).Run() / 1e9;

    private string WorkerOf(int task) => task < _run.Entries.Count ? _run.Entries[task].Worker : _run.Lanes[_run.Lane[task]].Split('/')[0];

    private TaskNeeds NeedsOf(int task) => task < _run.Entries.Count && _run.Entries[task].Needs is { } needs ? needs : new TaskNeeds(Cores: 1);

    private bool WasRun(int task) => task >= _run.Entries.Count || _run.Entries[task].Attempt > 0;

    // Its lanes; more where more ran at once (bodies that left their lane while they waited), or where a neighbour did not tell.
    private int CoresOf(int node)
    {
        string prefix = Nodes[node] + "/";
        int lanes = _run.Lanes.Count(lane => lane.StartsWith(prefix, StringComparison.Ordinal));
        (long At, int Change)[] events = [.. Enumerable.Range(0, _run.Tasks).Where(task => _nodeOf[task] == node && _run.End[task] > _run.Start[task])
            .SelectMany(task => ((long, int)[])[(_run.Start[task], 1), (_run.End[task], -1)]).Order()];
        (int now, int most) = (0, 1);
        foreach ((_, int change) in events)
        {
            now += change;
            most = Math.Max(most, now);
        }

        return Math.Max(lanes, most);
    }

    // How many times as long tasks take on each node as on another, by the kinds that ran on both.
    private double[][] Slownesses()
    {
        var times = new Dictionary<(string Kind, int Node), (double Sum, int Count)>();
        for (int task = 0; task < _run.Tasks; task++)
        {
            if (WasRun(task) && _run.End[task] > _run.Start[task])
            {
                (string, int) key = (_run.KindOf(task), _nodeOf[task]);
                (double sum, int count) = times.GetValueOrDefault(key);
                times[key] = (sum + Math.Log(_run.End[task] - _run.Start[task]), count + 1);
            }
        }

        double[][] slowness = [.. Nodes.Select(_ => Enumerable.Repeat(1.0, Nodes.Count).ToArray())];
        for (int from = 0; from < Nodes.Count; from++)
        {
            for (int to = 0; to < Nodes.Count; to++)
            {
                double[] logs = [.. times.Where(time => time.Key.Node == from && times.ContainsKey((time.Key.Kind, to)))
                    .Select(time => (times[(time.Key.Kind, to)].Sum / times[(time.Key.Kind, to)].Count) - (time.Value.Sum / time.Value.Count))];
                slowness[from][to] = from == to || logs.Length == 0 ? 1 : Math.Exp(logs.Average());
            }
        }

        return slowness;
    }

    /// <summary>One run in virtual time. Instants are nanoseconds.</summary>
    private sealed class Pass
    {
        private readonly Replay _replay;
        private readonly Change _change;
        private readonly Dispatcher[] _dispatchers;
        private readonly int[] _capacity;
        private readonly int[] _busy;
        private readonly double[] _queued;
        private readonly int[] _missing;
        private readonly int[] _node;
        private readonly PriorityQueue<(int Task, Step Step), (double At, int Order)> _events = new();
        private double _now;
        private int _order;

        private enum Step
        {
            Ready,
            Arrived,
            Ended,
        }

        public Pass(Replay replay, Change change)
        {
            (_replay, _change) = (replay, change);
            _missing = replay._run.Shape.WaitsFor.ToArray();
            _node = [.. replay._nodeOf];
            _busy = new int[replay.Nodes.Count];
            _queued = new double[replay.Nodes.Count];
            _capacity = [.. replay._cores.Select((cores, node) => node == change.Without ? 0 : cores + (node == change.MoreCores ? 1 : 0))];
            _dispatchers = [.. _capacity.Select((cores, node) => new Dispatcher(SharedAt(node, Math.Max(1, cores)), null, null))];
        }

        public double Run()
        {
            foreach (int root in _replay._run.Shape.Roots)
            {
                Push(root, Step.Ready, 0);
            }

            double end = 0;
            while (_events.TryDequeue(out (int Task, Step Step) next, out (double At, int Order) place))
            {
                _now = place.At;
                switch (next.Step)
                {
                    case Step.Ready:
                        Place(next.Task);
                        break;
                    case Step.Arrived:
                        _dispatchers[_node[next.Task]].Add(next.Task, Needs(next.Task), -_replay._run.Start[next.Task]);
                        break;
                    default:
                        end = Math.Max(end, _now);
                        End(next.Task);
                        break;
                }

                if (!_events.TryPeek(out _, out (double At, int Order) following) || following.At > _now)
                {
                    Begin();
                }
            }

            return end;
        }

        private Resources SharedAt(int node, int cores)
        {
            if (node != _replay.Home)
            {
                return new Resources { Cores = cores };
            }

            Resources shared = _replay.Shared;
            return new Resources
            {
                Cores = shared.Cores + (node == _change.MoreCores ? 1 : 0),
                MemoryBytes = _change.MoreMemory ? shared.MemoryBytes * 2 : shared.MemoryBytes,
                Tokens = _change.MoreOfToken < 0 ? shared.Tokens
                    : shared.Tokens.SetItem(_change.MoreOfToken, shared.Tokens[_change.MoreOfToken] with { Count = shared.Tokens[_change.MoreOfToken].Count + 1 }),
            };
        }

        // What it asked of the recording node means nothing elsewhere.
        private TaskNeeds Needs(int task) => _node[task] == _replay.Home
            ? _replay.NeedsOf(task) with { Priority = (short)Math.Clamp(task < _replay._run.Entries.Count ? _replay._run.Entries[task].Priority : 0, short.MinValue, short.MaxValue) }
            : new TaskNeeds(Cores: 1);

        private double Takes(int task, int node) =>
            Math.Max(_replay._run.End[task] - _replay._run.Start[task], 0) * _replay._slowness[_replay._nodeOf[task]][node] / (_change.Speed?.Invoke(task) ?? 1);

        private double Travels(int task, int node) =>
            _change.NoTravel ? 0 : node == _replay._nodeOf[task] ? _replay._run.Transfer[task] : node == _replay.Home ? 0 : _replay._travel[node];

        private void Place(int task)
        {
            if (!_replay.WasRun(task))
            {
                Push(task, Step.Ended, _now);
                return;
            }

            int own = _replay._nodeOf[task];
            double best = own == _change.Without ? double.MaxValue : Expected(task, own);
            for (int node = 0; node < _capacity.Length; node++)
            {
                bool open = own == _change.Without || (node == _change.MoreCores && _replay.NeedsOf(task) is { Tokens: 0, MemoryBytes: 0 });
                if (open && _capacity[node] > 0 && Expected(task, node) < best)
                {
                    (best, _node[task]) = (Expected(task, node), node);
                }
            }

            _queued[_node[task]] += Takes(task, _node[task]);
            Push(task, Step.Arrived, _now + Travels(task, _node[task]));
        }

        private double Expected(int task, int node) =>
            Travels(task, node) + (_busy[node] < _capacity[node] ? 0 : _queued[node] / _capacity[node]) + Takes(task, node);

        private void Begin()
        {
            for (int node = 0; node < _dispatchers.Length; node++)
            {
                while (_busy[node] < _capacity[node] && _dispatchers[node].TryTake(out _) is int task and >= 0)
                {
                    _busy[node]++;
                    double takes = Takes(task, node);
                    Push(task, Step.Ended, _now + takes);
                    foreach (int child in _replay._run.Shape.SuccessorsOf(task))
                    {
                        if (_replay._run.Spawner[child] == task)
                        {
                            double ran = Math.Max(1, _replay._run.End[task] - _replay._run.Start[task]);
                            Count(child, _now + (takes * Math.Clamp((_replay._run.Ready[child] - _replay._run.Start[task]) / ran, 0, 1)));
                        }
                    }
                }
            }
        }

        private void End(int task)
        {
            if (_replay.WasRun(task))
            {
                int node = _node[task];
                _busy[node]--;
                _queued[node] -= Takes(task, node);
                _dispatchers[node].Release(Needs(task));
            }

            foreach (int successor in _replay._run.Shape.SuccessorsOf(task))
            {
                if (_replay._run.Spawner[successor] != task)
                {
                    Count(successor, _now + Pause(task, successor));
                }
            }
        }

        // Between two attempts of a task.
        private long Pause(int task, int next) =>
            next < _replay._run.Entries.Count && _replay._run.Entries[task].Number == _replay._run.Entries[next].Number
                ? Math.Max(0, _replay._run.Ready[next] - _replay._run.End[task])
                : 0;

        private void Count(int task, double at)
        {
            if (--_missing[task] == 0)
            {
                Push(task, Step.Ready, at);
            }
        }

        private void Push(int task, Step step, double at) => _events.Enqueue((task, step), (at, _order++));
    }
}
