using EdgeDePin.Analytics;
using EdgeDePin.EdgeHub;
using EdgeDePin.Execution;
using EdgeDePin.Node;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Storage;
using EdgeHubSimulator;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Cli.Demo;

/// <summary>One whole node: the three modules that a device would run as processes, and the hub between them.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private const string DeviceId = "demo";

    // A window of the live scenario is short, so that something happens while one looks; a replayed day has longer ones.
    private const double LiveWindowSeconds = 10;
    private const double ReplayWindowSeconds = 300;

    // Nodes take turns with their heavy jobs; a neighbour that is idle just then is what sharing is for.
    private const double BackTestSeconds = 20;

    private readonly CancellationTokenSource _sensingStops = new();
    private readonly CancellationTokenSource _computingStops = new();
    private readonly CancellationTokenSource _telemetryStops = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Random _random;
    private readonly LocalHub _hub;
    private readonly Store _store;
    private readonly Replication _replicas;
    private readonly Sensing _sensing;
    private readonly Computing _computing;
    private readonly Telemetry _telemetry;
    private readonly NeighbourOptions _neighbours;
    private Task _running = Task.CompletedTask;
    private Task _computingRuns = Task.CompletedTask;
    private Task _telemetryRuns = Task.CompletedTask;

    private DemoNode(
        NodeOptions node, bool replays, DemoOptions options, LocalHub hub, Store store, IReadOnlyList<ScheduledSensor> sensors,
        NodeIdentity identity, int brokerPort, Random random, ILoggerFactory logs)
    {
        TimeProvider time = DeviceTime.Here;
        _random = random;
        ILogger log = logs.CreateLogger(node.Name);
        Name = node.Name;
        Site = node.Site;
        (_hub, _store) = (hub, store);
        _replicas = new Replication(new InfluxOptions { Url = options.Influx, Database = options.InfluxDatabase }, store, time, random, log);
        _sensing = new Sensing(node, sensors, Client(HubOutputs.SensorModule, logs), time, log, DeviceTime.Boot);
        Lane = new WriteLane(store);
        _telemetry = new Telemetry(node, store, Lane, _replicas, Client(HubOutputs.TelemetryModule, logs), time, log);

        var computing = new ComputingOptions
        {
            WindowSeconds = replays ? ReplayWindowSeconds : LiveWindowSeconds,
            LatenessSeconds = replays ? ReplayWindowSeconds : 1,
            BackTestSeconds = BackTestSeconds,
            AnomalyStepSeconds = replays ? ReplayWindowSeconds : LiveWindowSeconds,

            // A demo has no nights: it forecasts a quarter of a minute from the last minute and a half, as soon as there are enough of them.
            ForecastStore = "",
            ForecastStepSeconds = replays ? 300 : 1,
            ForecastHorizon = 16,
            ForecastEverySeconds = 30,
        };
        var neighbours = new NeighbourOptions(
            new SharingOptions { Site = node.Site, Name = node.Name }, identity, new MqttLinkOptions { Host = "127.0.0.1", Port = brokerPort },
            node.DataFolder);
        _neighbours = neighbours;
        _computing = Computing.Create(node, computing, neighbours, Client(HubOutputs.ComputeModule, logs), time, random, log);
    }

    public string Name { get; }

    public string Site { get; }

    public Store Store => _store;

    /// <summary>Where writes by HTTP join those of the hub.</summary>
    public WriteLane Lane { get; }

    /// <summary>When the first reading was durable; null while there is none.</summary>
    public DateTimeOffset? FirstReadingStored => _telemetry.FirstReading.IsCompletedSuccessfully ? _telemetry.FirstReading.Result : null;

    /// <summary>Completes when every schedule of a sensor has ended, which live ones never do.</summary>
    public Task SensingEnded { get; private set; } = Task.CompletedTask;

    /// <summary>Faults when a part of the node has died.</summary>
    public async Task FailedAsync()
    {
        Task ended = await Task.WhenAny(_computingRuns, _telemetryRuns);
        await ended;
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }

    public static async Task<DemoNode> StartAsync(
        DemoOptions options, DemoSensors sensors, int number, int brokerPort, DemoFolder folder, ILoggerFactory logs)
    {
        var node = new NodeOptions { Site = DemoSite.Name, Name = $"node-{number}", DataFolder = folder.Of($"node-{number}") };
        Store store = Store.Open(new StoreOptions { Folder = node.DataFolder }, TimeProvider.System, logs.CreateLogger(node.Name));
        try
        {
            NodeIdentity identity = NodeIdentity.LoadOrCreate(node.DataFolder, TimeProvider.System);
            DemoSite.Admit(folder, node.DataFolder, identity);
            LocalHub hub = await NodeHub.StartAsync(DeviceId, 0, logs);
            bool replays = number == 1 && sensors.Replays;
            var started = new DemoNode(
                node, replays, options, hub, store, sensors.Of(number, node.Name, DeviceTime.Here), identity, brokerPort,
                new Random(options.Seed + number), logs);
            started.Run();
            return started;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public async Task StopSensingAsync()
    {
        await _sensingStops.CancelAsync();
        await SensingEnded;
    }

    public async Task StopComputingAsync()
    {
        await _computingStops.CancelAsync();
        await _computingRuns;
    }

    /// <summary>What the hub still holds goes to the store, and what the store holds to InfluxDB, if that can be had in time.</summary>
    public async Task StopTelemetryAsync(TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        await HubDrainedAsync(late.Token);
        await _telemetryStops.CancelAsync();
        await _telemetryRuns;

        // With the hub's connections closed nothing can be appended any more, so what is drained now is all there is.
        foreach (IAsyncDisposable client in _owned)
        {
            await client.DisposeAsync();
        }

        await _replicas.DrainAsync(patience, CancellationToken.None);
    }

    public NodeCounters Counters()
    {
        SamplingCounts sampling = _sensing.Counters.Counts;
        (long written, long drained, long lost, _, long superseding) = _computing.Records.Count();
        SharingCounters? sharing = _computing.SharingCounters;
        return new NodeCounters
        {
            SamplesAsked = sampling.SamplesAsked,
            Readings = sampling.Readings,
            Faults = sampling.Faults,
            ReadingsDropped = sampling.Dropped,
            Executions = written - superseding,
            Superseded = superseding,
            Records = drained,
            RecordsLost = lost,
            Lent = sharing?.Lent ?? 0,
            Borrowed = sharing?.Borrowed ?? 0,
            Verified = sharing?.Verified ?? 0,
            Rejected = sharing?.Rejected ?? 0,
            StorePoints = _store.PointCount,
            StoreBytes = _store.SizeBytes,
            InfluxPoints = _replicas.Forwarded,
            InfluxLag = _replicas.LagPoints,
            InfluxState = _replicas.State?.ToString().ToLowerInvariant(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _sensingStops.CancelAsync();
        await _computingStops.CancelAsync();
        await _telemetryStops.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }

        await _hub.DisposeAsync();
        _replicas.Dispose();
        _store.Dispose();
        _neighbours.Dispose();
        _sensingStops.Dispose();
        _computingStops.Dispose();
        _telemetryStops.Dispose();
    }

    private void Run()
    {
        _telemetryRuns = _telemetry.RunAsync(_telemetryStops.Token);
        _computingRuns = _computing.RunAsync(_computingStops.Token);
        SensingEnded = _sensing.RunAsync(_sensingStops.Token);
        _running = Task.WhenAll(_telemetryRuns, _computingRuns, SensingEnded);
    }

    private async Task HubDrainedAsync(CancellationToken cancellationToken)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (_hub.State.Modules.Any(module => module.Waiting > 0))
        {
            try
            {
                await tick.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private ModuleClient Client(string module, ILoggerFactory logs)
    {
        ModuleClient client = HubClient.Create(
            new HubOptions { Port = _hub.Port, DeviceId = DeviceId }, module, TimeProvider.System, _random, logs);
        _owned.Add(client);
        return client;
    }
}
