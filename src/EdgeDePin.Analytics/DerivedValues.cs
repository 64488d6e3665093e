using System.Collections.Immutable;
using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>Everything that a run of an analytics graph computed, for the store.</summary>
public sealed record DerivedValues(ImmutableArray<DerivedValue> Values)
{
    /// <summary>Whether a value of this name says by how much a counter grew in its window.</summary>
    public static bool IsGrowth(string name) => DeriveTask.IsGrowth(name);

    /// <summary>Reads the outputs of the tasks that succeeded; those of kinds that carry no values (clean, back-test folds) are passed over.</summary>
    /// <exception cref="FormatException">An output is not what its kind says.</exception>
    public static DerivedValues From(RunResult run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ImmutableArray<DerivedValue>.Builder values = ImmutableArray.CreateBuilder<DerivedValue>();
        foreach (TaskSpec task in run.Graph.Tasks)
        {
            if (run.Outputs.TryGetValue(task.Name, out byte[]? output))
            {
                values.AddRange(Decode(task.Kind, output).Select(value => value with { Task = task.Name }));
            }
        }

        return new DerivedValues(values.ToImmutable());
    }

    /// <summary>What was unusual, each with the task that found it.</summary>
    public static IEnumerable<(SensorAnomaly Anomaly, string Task)> Anomalies(RunResult run) =>
        OutputsOf(run, AnomalyTask.Kind).SelectMany(output => AnomalyTask.Decode(output.Bytes).Anomalies.Select(anomaly => (anomaly, output.Task)));

    /// <summary>How well the sensors are, each with the task that judged it.</summary>
    public static IEnumerable<(SensorHealth Health, string Task)> Healths(RunResult run) =>
        OutputsOf(run, SensorFaultsTask.Kind).SelectMany(output => SensorFaultsTask.Decode(output.Bytes).Healths.Select(health => (health, output.Task)));

    internal static IEnumerable<(string Task, byte[] Bytes)> OutputsOf(RunResult run, TaskKind kind) => run.Graph.Tasks
        .Where(task => task.Kind == kind && run.Outputs.ContainsKey(task.Name)).Select(task => (task.Name, run.Outputs[task.Name]));

    private static IEnumerable<DerivedValue> Decode(TaskKind kind, byte[] output) =>
        kind == AggregateTask.Kind ? Aggregate.Decode(output).SelectMany(ValuesOf)
        : kind == DeriveTask.Kind || kind == SpikeCheckTask.Kind || kind == BackTestSummaryTask.Kind ? DerivedValue.Decode(output)
        : kind == AnomalyTask.Kind ? AnomalyTask.Decode(output).Surprises
        : [];

    private static DerivedValue[] ValuesOf(Aggregate aggregate)
    {
        (SensorId sensor, Quantity quantity, DateTimeOffset from) = (aggregate.Sensor, aggregate.Quantity, aggregate.From);
        return
        [
            new($"{quantity}_count", "count", aggregate.Count, sensor, from),
            new($"{quantity}_mean", quantity.Unit, aggregate.Mean, sensor, from),
            new($"{quantity}_min", quantity.Unit, aggregate.Min, sensor, from),
            new($"{quantity}_max", quantity.Unit, aggregate.Max, sensor, from),
            new($"{quantity}_last", quantity.Unit, aggregate.Last, sensor, from),
        ];
    }
}
