using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeDePin.Analytics;
using EdgeDePin.EdgeHub;
using EdgeDePin.Execution;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Model;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Node.Forecasts;
using EdgeDePin.Node.Neighbours;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>
/// The computing side of a node: readings become windows, windows become task graphs, graphs run on all lanes and on
/// neighbours, and every execution leaves a record that goes to the store.
/// </summary>
public sealed class Computing
{
    /// <summary>Closed windows that wait for their analysis; at one a minute more than four hours.</summary>
    public const int MaxWaitingWindows = 256;

    // Enough for Linux to give a thread without it the processor at once, and not so much that lanes starve beside another program.
    private const int LaneNice = 10;

    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(2);

    // What is still to be computed and sent when the node stops may take this long.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(10);

    private readonly NodeOptions _node;
    private readonly ComputingOptions _options;
    private readonly Executor _executor;
    private readonly RecordLog _records;
    private readonly KeptExecutions _kept;
    private readonly ExecutionReports _reports;
    private readonly Deference _deference;
    private readonly SharingLoop? _sharing;
    private readonly LatestOfNeighbours? _latest;
    private readonly ModuleClient _hub;
    private readonly PointSender _points;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly WindowCloser _closer;
    private readonly WindowHistory _history;
    private readonly RecentReadings _recent;
    private readonly Channel<Window> _windows;
    private long _windowsDropped;
    private long _refusedMessages;

    private Computing(
        NodeOptions node, ComputingOptions options, Executor executor, RecordLog records, KeptExecutions kept,
        SharingLoop? sharing, ModuleClient hub, TimeProvider time, ILogger log)
    {
        (_node, _options, _executor, _records, _kept, _sharing, _hub, _time, _log) = (node, options, executor, records, kept, sharing, hub, time, log);
        _latest = sharing is null ? null : new LatestOfNeighbours(sharing, hub, DeviceTime.Boot, time, log);
        _recent = new RecentReadings(TimeSpan.FromSeconds(options.ForecastStepSeconds));
        _points = new PointSender(hub);
        _reports = new ExecutionReports(node.Site, options.ExecutionPointsPerMinute);
        _deference = new Deference(executor.Hold, time);
        _closer = new WindowCloser(
            new WindowShape.Tumbling(TimeSpan.FromSeconds(options.WindowSeconds)), TimeSpan.FromSeconds(options.LatenessSeconds), TimeSpan.FromSeconds(options.ReopenSeconds));
        _history = new WindowHistory(node.AltitudeMetres, latitude: node.Latitude, cadence: TimeSpan.FromSeconds(options.AnomalyStepSeconds));
        _windows = Channel.CreateBounded<Window>(
            // What happens now matters more than what happened while the node was behind; the readings themselves are stored.
            new BoundedChannelOptions(MaxWaitingWindows) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest },
            _ => NodeLog.WindowsDropped(_log, Interlocked.Increment(ref _windowsDropped)));
    }

    /// <summary>The computing side with an executor of its own, and with neighbours where there is a broker to meet them at.</summary>
    /// <param name="neighbours">Null: the node shares nothing.</param>
    /// <param name="more">Kinds of tasks beside those of analytics.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is outside its range.</exception>
    public static Computing Create(
        NodeOptions node, ComputingOptions options, NeighbourOptions? neighbours, ModuleClient hub, TimeProvider time, Random random, ILogger log,
        params IEnumerable<TaskDefinition> more)
    {
        var catalog = new TaskCatalog([.. AnalyticsCatalog.Create().All, .. more]);
        var records = new RecordLog();
        var estimates = new Estimates();
        int lanes = options.Lanes > 0 ? options.Lanes : Math.Min(Environment.ProcessorCount, LaneOptions.MaxLanes);
        var executor = new Executor(new ExecutorOptions { Lanes = lanes, Nice = LaneNice }, catalog, estimates, records, time, node.Name);
        SharingLoop? sharing = neighbours is null ? null : new WorkExchange(
            executor, catalog, neighbours,
            new MqttNeighbourLink(neighbours.Broker, neighbours.Sharing.Site, neighbours.Identity.NodeId, time, random, log),
            lanes, time, random, log).Sharing;
        KeptExecutions kept = KeptExecutions.Open(
            node, neighbours?.Identity, options.RecordsMegabytes * 1_000_000L, estimates, records, time, log);
        return new Computing(node, options, executor, records, kept, sharing, hub, time, log);
    }

    /// <summary>Windows that were left out because the executor was behind.</summary>
    public long WindowsDropped => Interlocked.Read(ref _windowsDropped);

    public RecordLog Records => _records;

    public SharingCounters? SharingCounters => _sharing?.Counters;

    /// <summary>The counters of this instant.</summary>
    public JsonObject Count()
    {
        (long written, _, long lost, _, long superseding) = _records.Count();
        return new JsonObject
        {
            ["executions"] = written - superseding,
            ["recordsLost"] = lost,
            ["recordsNotKept"] = _kept.NotKept,
            ["windowsDropped"] = WindowsDropped,
            ["lent"] = SharingCounters?.Lent ?? 0,
            ["borrowed"] = SharingCounters?.Borrowed ?? 0,
            ["latestTold"] = _latest?.Counts.Told ?? 0,
            ["latestHeard"] = _latest?.Counts.Heard ?? 0,
            ["latestRefused"] = _latest?.Counts.Refused ?? 0,
        };
    }

    /// <summary>
    /// Runs until the token asks for the end; then computes the windows it has, and sends what there is to send, within ten seconds.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var draining = new CancellationTokenSource();
        await using CancellationTokenRegistration stop = cancellationToken.Register(() => draining.CancelAfter(DrainPatience));
        await _hub.SetInputMessageHandlerAsync(HubOutputs.Readings, TakeReadings, cancellationToken);
        await TaskGroup.RunAsync(
            () => _hub.WithdrawInputMessageHandlerAsync(HubOutputs.Readings),
            cancellationToken,
            ending => AnalyseAsync(ending, draining.Token),
            ending => PublishRecordsAsync(ending, draining.Token),
            BackTestAsync,
            ForecastAsync,
            PublishHealthAsync,
            _hub.ConnectAsync,
            _deference.RunAsync,
            ending => _latest?.RunAsync(ending) ?? Task.CompletedTask,
            ending => _sharing?.RunAsync(ending) ?? Task.CompletedTask);
        await _executor.DisposeAsync();
        await SendRecordsAsync([], draining.Token);
        await _points.SendAsync(_reports.TakeAll(_time.GetUtcNow()), draining.Token);
        await SendHealthAsync(draining.Token);
        _kept.Dispose();
    }

    private Task<MessageResponse> TakeReadings(HubMessage message, CancellationToken cancellationToken)
    {
        try
        {
            SenMlPack pack = SenMl.Decode(message.Body);
            Interlocked.Add(ref _refusedMessages, pack.Refused.Count > 0 ? 1 : 0);
            lock (_gate)
            {
                // What was read before the clock was set is kept by telemetry; a window of 1970 would tell nobody anything.
                foreach (Reading reading in pack.Readings.Where(reading => reading.ObservedAt >= SenMl.EarliestInstant))
                {
                    // A window is cleaned of what cannot be right, and its sensor judged by it; a forecast would learn it.
                    if (reading.Quality.Verdict != QualityVerdict.Bad)
                    {
                        _recent.Add(reading);
                    }

                    Enqueue(_closer.Add(reading));
                }
            }
        }
        catch (FormatException error)
        {
            Interlocked.Increment(ref _refusedMessages);
            NodeLog.MessageRefused(_log, HubOutputs.Readings, message.ConnectionModuleId ?? "?", error.Message);
        }

        return Task.FromResult(MessageResponse.Completed);
    }

    private void FlushWindows()
    {
        lock (_gate)
        {
            Enqueue(_closer.Flush());
        }

        _windows.Writer.TryComplete();
    }

    private void Enqueue(IReadOnlyList<Window> closed)
    {
        foreach (Window window in closed)
        {
            _windows.Writer.TryWrite(window);
        }
    }

    // In order, one after the other: a window is judged by the windows before it.
    private async Task AnalyseAsync(CancellationToken ending, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration flush = ending.Register(FlushWindows);
        await foreach (Window window in _windows.Reader.ReadAllAsync(cancellationToken))
        {
            RunResult run = await _executor.RunAsync(WindowGraph.For(window, _history.Before(window)), cancellationToken);
            _history.Add(window, run);
            _reports.RunEnded(run.RunId);
            await PublishAsync(run, window.From, window.Revision > 0, cancellationToken);
        }
    }

    private async Task BackTestAsync(CancellationToken cancellationToken)
    {
        TimeSpan period = TimeSpan.FromSeconds(_options.BackTestSeconds);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        long? last = null;
        while (await second.WaitForNextTickAsync(cancellationToken))
        {
            if (last is { } before && _time.GetElapsedTime(before) < period)
            {
                continue;
            }

            RegularSeries? series;
            lock (_gate)
            {
                series = _recent.NextForBackTest();
            }

            if (series is not null)
            {
                last = _time.GetTimestamp();
                TaskGraph graph = BackTestGraph.For(series);
                RunResult run = await _executor.RunAsync(graph, cancellationToken);
                _reports.RunEnded(run.RunId);
                await PublishAsync(run, series.Newest, isRevised: false, cancellationToken);
            }
        }
    }

    private async Task ForecastAsync(CancellationToken cancellationToken)
    {
        using var forecasting = new Forecasting(_node, _options, RecentSources, _time, _log);
        await forecasting.RunAsync(
            async (graph, cancelled) =>
            {
                RunResult run = await _executor.RunAsync(graph, cancelled);
                _reports.RunEnded(run.RunId);
                return run;
            },
            _points.SendAsync, cancellationToken);
    }

    private IReadOnlyList<ForecastSource> RecentSources()
    {
        lock (_gate)
        {
            return _recent.Sources();
        }
    }

    /// <param name="isRevised">Of a window that was opened again: what its counters grew by is in the next window already.</param>
    private async Task PublishAsync(RunResult run, DateTimeOffset from, bool isRevised, CancellationToken cancellationToken)
    {
        foreach ((string task, TaskOutcome outcome) in run.Outcomes)
        {
            if (outcome is TaskOutcome.Failed failed)
            {
                NodeLog.AnalysisFailed(_log, from, task, failed.Cause);
            }
        }

        await _points.SendAsync(
            [
                .. DerivedValues.From(run).Values.Where(value => !isRevised || !DerivedValues.IsGrowth(value.Name)).Select(value => DerivedPoints.From(value, run.RunId, _node)),
                .. DerivedValues.Anomalies(run).Select(found => AnomalyPoints.From(found.Anomaly, run.RunId, found.Task, _node)),
                .. DerivedValues.Healths(run).Select(found => SensorHealthPoints.From(found.Health, run.RunId, found.Task, _node)),
            ],
            cancellationToken);
    }

    private async Task PublishRecordsAsync(CancellationToken ending, CancellationToken cancellationToken)
    {
        var batch = new List<ExecutionRecord>();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(250), _time);
        while (await pause.WaitForNextTickAsync(ending))
        {
            // What was taken from the log must reach the hub, so the end of the node does not interrupt it.
            await SendRecordsAsync(batch, cancellationToken);
        }
    }

    private async Task SendRecordsAsync(List<ExecutionRecord> batch, CancellationToken cancellationToken)
    {
        // First: whatever ends while records are written down is told the next time, with all of its records.
        IReadOnlyList<string> ended = _reports.TakeEnded();
        _records.Drain(batch);
        if (batch.Count > 0)
        {
            _kept.Append(batch);
        }

        IReadOnlyList<Point> points = _reports.Take(batch, _time.GetUtcNow(), ended);
        batch.Clear();
        await _points.SendAsync(points, cancellationToken);
    }

    private async Task PublishHealthAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(HealthPeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await SendHealthAsync(cancellationToken);
        }
    }

    private Task SendHealthAsync(CancellationToken cancellationToken)
    {
        (long Told, long Heard, long Refused) latest = _latest?.Counts ?? default;
        DateTimeOffset now = _time.GetUtcNow();
        (long written, _, long lost, _, long superseding) = _records.Count();
        Point health = HealthPoints.At(_node, now,
            ("executions", written - superseding), ("results_superseded", superseding), ("records_lost", lost), ("records_not_kept", _kept.NotKept), ("windows_dropped", WindowsDropped),
            ("lane_holds", _deference.Holds), ("readings_late", _closer.Late), ("windows_reopened", _closer.Reopened), ("messages_refused_compute", Interlocked.Read(ref _refusedMessages)),
            ("latest_told", latest.Told), ("latest_heard", latest.Heard), ("latest_refused", latest.Refused));
        IEnumerable<Point> neighbours = _sharing?.Neighbours.Select(neighbour => NeighbourPoints.From(neighbour, _node, now)) ?? [];
        return _points.SendAsync([health, .. neighbours], cancellationToken);
    }
}
