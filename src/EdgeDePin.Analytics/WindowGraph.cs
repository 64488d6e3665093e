using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>The tasks that a closed window sets off: clean → aggregate each quantity → derive, check for spikes and for what is unusual; and the sensors' faults.</summary>
public static class WindowGraph
{
    /// <summary>Above back-tests: what people look at now comes first.</summary>
    public const int Priority = 10;

    /// <remarks>
    /// Of a window that was opened again by late readings values are computed anew; detectors, which have gone on since, do not look at it twice.
    /// </remarks>
    public static TaskGraph For(Window window, WindowContext context)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(context);
        Quantity[] quantities = [.. window.Readings.Select(reading => reading.Quantity).Distinct().OrderBy(quantity => quantity.Name, StringComparer.Ordinal)];
        string[] aggregates = [.. quantities.Select(quantity => $"aggregate-{quantity}")];
        return TaskGraph.Build(
            [
                new TaskSpec("clean", CleanTask.Kind, WindowCodec.Encode(window), [], Priority),
                .. quantities.Zip(aggregates, (quantity, name) => new TaskSpec(name, AggregateTask.Kind, AggregateTask.Own(quantity), ["clean"], Priority)),
                new TaskSpec("derive", DeriveTask.Kind, context.EncodeForDerivation(), ["clean", .. aggregates], Priority),
                new TaskSpec("spike-check", SpikeCheckTask.Kind, context.EncodeForSpikes(), aggregates, Priority),
                .. window.Revision > 0 ? [] : Detectors(window, context, aggregates),
            ],
            "window");
    }

    private static TaskSpec[] Detectors(Window window, WindowContext context, string[] aggregates) =>
    [
        new TaskSpec("anomaly", AnomalyTask.Kind, AnomalyTask.Own(context.Cadence, context.Memories), [.. aggregates], Priority),
        new TaskSpec("sensor-faults", SensorFaultsTask.Kind, SensorFaultsTask.Own(window, context.Faults.AsSpan()), [], Priority),
    ];
}
