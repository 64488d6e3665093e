using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node.Forecasts;

/// <summary>
/// Trains forecasters from the node's own past and writes what they say, with bands, as measurement <c>forecast</c>. Each series is one
/// task, which the node or a neighbour runs; what was trained from what goes into the registry.
/// </summary>
internal sealed class Forecasting : IDisposable
{
    /// <summary>Series in one round at most: an hour of a small device at seconds each.</summary>
    public const int MaxSeries = 64;

    private const int Priority = -1;
    private const int FewestSteps = 4;

    private static readonly Quantity[] Forecast =
        [Quantity.Temperature, Quantity.RelativeHumidity, Quantity.Pressure, Quantity.Pm25, Quantity.Power];

    private readonly NodeOptions _node;
    private readonly ComputingOptions _options;
    private readonly Func<IReadOnlyList<ForecastSource>> _recent;
    private readonly StoredHistory? _history;
    private readonly ModelRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <param name="recent">The newest readings as means of equal steps, where no store is asked.</param>
    public Forecasting(NodeOptions node, ComputingOptions options, Func<IReadOnlyList<ForecastSource>> recent, TimeProvider time, ILogger log)
    {
        (_node, _options, _recent, _time, _log) = (node, options, recent, time, log);
        _history = Uri.TryCreate(options.ForecastStore, UriKind.Absolute, out Uri? store) ? new StoredHistory(store) : null;
        _registry = new ModelRegistry(node.DataFolder);
    }

    /// <summary>Runs until the token asks for the end.</summary>
    /// <param name="run">Runs a graph; <paramref name="publish"/> sends points to the store.</param>
    public async Task RunAsync(
        Func<TaskGraph, CancellationToken, Task<RunResult>> run, Func<IReadOnlyList<Point>, CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        using var period = new PeriodicTimer(TimeSpan.FromSeconds(_options.ForecastEverySeconds), _time);
        while (await period.WaitForNextTickAsync(cancellationToken))
        {
            IReadOnlyList<ForecastSource> sources = await SourcesAsync(cancellationToken);
            foreach (ForecastSource source in sources)
            {
                await ForecastAsync(source, run, publish, cancellationToken);
            }
        }
    }

    public void Dispose() => _history?.Dispose();

    private async Task<IReadOnlyList<ForecastSource>> SourcesAsync(CancellationToken cancellationToken)
    {
        var sources = new List<ForecastSource>();
        var step = TimeSpan.FromSeconds(_options.ForecastStepSeconds);
        try
        {
            if (_history is null)
            {
                sources.AddRange(_recent());
            }

            foreach (Quantity quantity in _history is null ? [] : Forecast)
            {
                sources.AddRange(await _history!.ReadAsync(quantity, step, _options.ForecastDays, _node, cancellationToken));
            }
        }
        catch (Exception error) when (error is HttpRequestException or FormatException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            NodeLog.HistoryNotRead(_log, _options.ForecastStore, error.Message);
            sources.Clear();
            sources.AddRange(_recent());
        }

        int fewest = Math.Max(FewestSteps * _options.ForecastHorizon, 4 * 20);
        return [.. sources.Where(source => Forecast.Contains(source.Quantity)).Select(source => source.Completed())
            .Where(source => source.Values.Count(double.IsFinite) > fewest).Take(MaxSeries)];
    }

    private async Task ForecastAsync(
        ForecastSource source, Func<TaskGraph, CancellationToken, Task<RunResult>> run, Func<IReadOnlyList<Point>, CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        var task = new TaskSpec($"forecast-{source.Quantity.Field}", ForecastTask.Kind, source.Request(_options.ForecastHorizon).Encode(), [], Priority);
        RunResult result = await run(TaskGraph.Build([task], "forecast"), cancellationToken);
        if (!result.Outputs.TryGetValue(task.Name, out byte[]? output))
        {
            string cause = result.Outcomes.TryGetValue(task.Name, out TaskOutcome? outcome) && outcome is TaskOutcome.Failed failed ? failed.Cause : "it was not run";
            NodeLog.ForecastFailed(_log, source.Sensor.Value, source.Quantity.Name, cause);
            return;
        }

        ForecastAnswer answer = ForecastAnswer.Decode(output);
        await publish([.. ForecastPoints.From(source, answer, result.RunId, task.Name, _node)], cancellationToken);
        try
        {
            _registry.Add(source, answer, task, result.RunId, _time.GetUtcNow());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NodeLog.RegistryNotWritten(_log, error.Message);
        }
    }
}
