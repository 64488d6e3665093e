using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>The tasks that a closed window sets off: clean → aggregate each quantity → derive and check for spikes.</summary>
public static class WindowGraph
{
    /// <summary>Above back-tests: what people look at now comes first.</summary>
    public const int Priority = 10;

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
            ],
            "window");
    }
}
