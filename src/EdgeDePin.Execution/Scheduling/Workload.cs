using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Workflows;

namespace EdgeDePin.Execution.Scheduling;

/// <summary>What there is to schedule: a graph, true run times at speed 1, bytes along each dependency, and a platform.</summary>
public sealed class Workload
{
    /// <summary>A task that took no measurable time still takes its turn.</summary>
    public const double LeastSeconds = 0.001;

    private readonly int[] _coreNode;

    /// <param name="seconds">At speed 1, above 0.</param>
    /// <param name="arrowBytes">Aligned with <see cref="GraphShape.DependenciesOf"/>; null: no data moves.</param>
    /// <param name="kinds">What tasks have in common that run alike; null: all are of one kind.</param>
    public Workload(GraphShape shape, double[] seconds, IReadOnlyList<long[]>? arrowBytes, Platform platform, int[]? kinds = null, double[]? inputBytes = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(seconds);
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentOutOfRangeException.ThrowIfNotEqual(seconds.Length, shape.Tasks);
        (Shape, Seconds, ArrowBytes, Platform) = (shape, seconds, arrowBytes, platform);
        Kinds = kinds ?? new int[shape.Tasks];
        InputBytes = inputBytes ?? new double[shape.Tasks];
        Order = shape.Order();
        _coreNode = [.. platform.Nodes.SelectMany((node, at) => Enumerable.Repeat(at, node.Cores))];
    }

    public GraphShape Shape { get; }

    public double[] Seconds { get; }

    public Platform Platform { get; }

    public int[] Kinds { get; }

    public double[] InputBytes { get; }

    /// <summary>Every task behind all that it waits for.</summary>
    public int[] Order { get; }

    public int Cores => _coreNode.Length;

    /// <summary>
    /// Seconds of each task on each node, its travel included, where that is known better than by the node's speed; infinite: it cannot run
    /// there. Null: by the speed.
    /// </summary>
    public double[][]? SecondsOn { get; init; }

    private IReadOnlyList<long[]>? ArrowBytes { get; }

    public static Workload Of(Workflow workflow, Platform platform)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        int Kind(string name) => kinds.TryGetValue(name, out int kind) ? kind : kinds[name] = kinds.Count;
        return new Workload(
            workflow.Shape, [.. workflow.Tasks.Select(task => Math.Max(task.Seconds, LeastSeconds))], workflow.ArrowBytes, platform,
            [.. workflow.Tasks.Select(task => Kind(task.Kind))], [.. workflow.Tasks.Select(task => (double)task.InputBytes)]);
    }

    /// <param name="seconds">As expected at speed 1.</param>
    public double SecondsAt(int task, int node, double seconds) => SecondsOn is null ? seconds / Platform.Nodes[node].Speed : SecondsOn[task][node];

    public bool CanRun(int task, int node) => SecondsOn is null || double.IsFinite(SecondsOn[task][node]);

    public int NodeOf(int core) => _coreNode[core];

    public double SpeedOf(int core) => Platform.Nodes[_coreNode[core]].Speed;

    /// <summary>Time until the output of the task's dependency (by its place in the list) has come from one node to another.</summary>
    public double TransferSeconds(int task, int dependency, int fromNode, int toNode) =>
        fromNode == toNode || ArrowBytes is null ? 0
            : ArrowBytes[task][dependency] is long bytes and > 0 ? Platform.LatencySeconds + (bytes / Platform.BandwidthBytesPerSecond) : 0;

    /// <summary>The longest path from each task to an end, itself included.</summary>
    /// <param name="seconds">At speed 1.</param>
    /// <param name="speed">By which they are divided.</param>
    /// <param name="withTransfer">Whether each dependency adds the time of its data, as if every task sat on another node.</param>
    public double[] UpwardRanks(double[] seconds, double speed, bool withTransfer)
    {
        double[] ranks = new double[seconds.Length];
        for (int at = Order.Length - 1; at >= 0; at--)
        {
            int task = Order[at];
            ranks[task] += seconds[task] / speed;
            ReadOnlySpan<int> before = Shape.DependenciesOf(task);
            for (int i = 0; i < before.Length; i++)
            {
                double along = ranks[task] + (withTransfer ? TransferSeconds(task, i, 0, 1) : 0);
                ranks[before[i]] = Math.Max(ranks[before[i]], along);
            }
        }

        return ranks;
    }
}
