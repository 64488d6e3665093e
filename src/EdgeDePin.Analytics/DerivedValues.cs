using System.Collections.Immutable;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>Everything that a run of an analytics graph computed, for the store.</summary>
public sealed record DerivedValues(ImmutableArray<DerivedValue> Values)
{
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

    private static IEnumerable<DerivedValue> Decode(TaskKind kind, byte[] output) =>
        kind == AggregateTask.Kind ? Aggregate.Decode(output).SelectMany(ValuesOf)
        : kind == DeriveTask.Kind || kind == SpikeCheckTask.Kind || kind == BackTestSummaryTask.Kind ? DerivedValue.Decode(output)
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
