namespace EdgeDePin.Execution.Scheduling;

/// <summary>
/// Makes plans by list scheduling with insertion (HEFT: Topcuoglu, Hariri, Wu, IEEE TPDS 2002): the most urgent task whose
/// dependencies are placed goes into the gap of whichever core ends it first, its data's travel included. With looking ahead, what
/// the rest of its path would need from there counts as well (PEFT: Arabnejad and Barbosa, IEEE TPDS 2014).
/// </summary>
internal sealed class ListPlanner
{
    private readonly Workload _workload;
    private readonly List<(double Start, double End)>[] _busy;
    private readonly PriorityQueue<int, (double, int)> _ready = new();
    private readonly int[] _missing;
    private readonly double[] _arrival;

    public ListPlanner(Workload workload)
    {
        _workload = workload;
        _busy = [.. Enumerable.Range(0, workload.Cores).Select(_ => new List<(double, double)>())];
        _missing = new int[workload.Shape.Tasks];
        _arrival = new double[workload.Platform.Nodes.Length];
    }

    /// <param name="seconds">As expected, at speed 1.</param>
    /// <param name="urgency">Higher first, among tasks whose dependencies are placed.</param>
    /// <param name="ahead">For each task and node, what the rest of its path needs at best (<see cref="Ahead"/>); null: not looked at.</param>
    /// <param name="progress">What has begun already; null: nothing.</param>
    /// <param name="onlyNode">Leave all other nodes idle; -1: use all.</param>
    /// <param name="pinned">The node of each task, -1 where it is free; null: all are.</param>
    public Plan Make(double[] seconds, double[] urgency, double[][]? ahead, Progress? progress, int onlyNode = -1, int[]? pinned = null)
    {
        int tasks = _workload.Shape.Tasks;
        var plan = new Plan(new int[tasks], new double[tasks], new double[tasks]);
        Reset(plan, urgency, progress);
        while (_ready.TryDequeue(out int task, out _))
        {
            if (_missing[task] < 0)
            {
                // It has begun already, and what follows has been told.
                continue;
            }

            Place(plan, task, seconds[task], ahead?[task], progress, pinned is not null && pinned[task] >= 0 ? pinned[task] : onlyNode);
            Release(task, urgency);
        }

        return plan;
    }

    /// <summary>For each task and node: the longest of the shortest times that its successors' paths still need, if it ends there.</summary>
    public double[][] Ahead(double[] seconds)
    {
        Platform platform = _workload.Platform;
        int nodes = platform.Nodes.Length;
        double[][] ahead = [.. seconds.Select(_ => new double[nodes])];
        double[] best = new double[nodes];
        for (int at = _workload.Order.Length - 1; at >= 0; at--)
        {
            int task = _workload.Order[at];
            ReadOnlySpan<int> before = _workload.Shape.DependenciesOf(task);
            for (int i = 0; i < before.Length; i++)
            {
                for (int from = 0; from < nodes; from++)
                {
                    best[from] = double.MaxValue;
                    for (int to = 0; to < nodes; to++)
                    {
                        best[from] = Math.Min(best[from],
                            ahead[task][to] + _workload.SecondsAt(task, to, seconds[task]) + _workload.TransferSeconds(task, i, from, to));
                    }

                    ahead[before[i]][from] = Math.Max(ahead[before[i]][from], best[from]);
                }
            }
        }

        return ahead;
    }

    private void Reset(Plan plan, double[] urgency, Progress? progress)
    {
        for (int core = 0; core < _busy.Length; core++)
        {
            _busy[core].Clear();
            double free = Math.Max(progress?.CoreFree[core] ?? 0, progress?.Now ?? 0);
            if (free > 0)
            {
                _busy[core].Add((double.MinValue, free));
            }
        }

        _workload.Shape.WaitsFor.CopyTo(_missing);
        _ready.Clear();
        foreach (int task in _workload.Shape.Roots)
        {
            Offer(task, urgency);
        }

        foreach (int task in progress is null ? [] : _workload.Order)
        {
            if (progress!.Core[task] >= 0)
            {
                (plan.Core[task], plan.Start[task], plan.End[task]) = (progress.Core[task], progress.Start[task], progress.End[task]);
                _missing[task] = -1;
                Release(task, urgency);
            }
        }
    }

    private void Release(int task, double[] urgency)
    {
        foreach (int successor in _workload.Shape.SuccessorsOf(task))
        {
            if (--_missing[successor] == 0)
            {
                Offer(successor, urgency);
            }
        }
    }

    private void Offer(int task, double[] urgency) => _ready.Enqueue(task, (-urgency[task], task));

    private void Place(Plan plan, int task, double seconds, double[]? ahead, Progress? progress, int onlyNode)
    {
        Arrivals(plan, task);
        // Where it cannot run it is not sent, whatever is asked for the rest.
        onlyNode = onlyNode >= 0 && _workload.CanRun(task, onlyNode) ? onlyNode : -1;
        (int core, double start, double end, double cost) best = (-1, 0, 0, double.MaxValue);
        for (int core = 0; core < _busy.Length; core++)
        {
            int node = _workload.NodeOf(core);
            if (onlyNode >= 0 && node != onlyNode)
            {
                continue;
            }

            if (!_workload.CanRun(task, node))
            {
                continue;
            }

            double takes = _workload.SecondsAt(task, node, seconds);
            double start = FirstGap(_busy[core], Math.Max(_arrival[node], progress?.Now ?? 0), takes);
            double cost = start + takes + (ahead?[node] ?? 0);
            if (cost < best.cost - 1e-12)
            {
                best = (core, start, start + takes, cost);
            }
        }

        (plan.Core[task], plan.Start[task], plan.End[task]) = (best.core, best.start, best.end);
        Insert(_busy[best.core], best.start, best.end);
    }

    private void Arrivals(Plan plan, int task)
    {
        Array.Clear(_arrival);
        ReadOnlySpan<int> before = _workload.Shape.DependenciesOf(task);
        for (int i = 0; i < before.Length; i++)
        {
            int from = _workload.NodeOf(plan.Core[before[i]]);
            for (int to = 0; to < _arrival.Length; to++)
            {
                _arrival[to] = Math.Max(_arrival[to], plan.End[before[i]] + _workload.TransferSeconds(task, i, from, to));
            }
        }
    }

    private static double FirstGap(List<(double Start, double End)> busy, double from, double takes)
    {
        for (int at = busy.Count; at > 0; at--)
        {
            // Gaps before the arrival of the data are of no use, so the search goes back only as far as that.
            if (busy[at - 1].End <= from)
            {
                return Gap(busy, at, from, takes);
            }
        }

        return Gap(busy, 0, from, takes);
    }

    private static double Gap(List<(double Start, double End)> busy, int at, double from, double takes)
    {
        for (; at < busy.Count; at++)
        {
            if (from + takes <= busy[at].Start)
            {
                return from;
            }

            from = Math.Max(from, busy[at].End);
        }

        return from;
    }

    private static void Insert(List<(double Start, double End)> busy, double start, double end)
    {
        int at = busy.Count;
        while (at > 0 && busy[at - 1].Start > start)
        {
            at--;
        }

        busy.Insert(at, (start, end));
    }
}
