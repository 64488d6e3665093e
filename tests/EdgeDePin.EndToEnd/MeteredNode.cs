using System.Text.Json;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>A node as its owner runs it: a meter behind a Modbus gateway, a hub, and modules as processes of their own.</summary>
internal sealed class MeteredNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-node-").FullName;
    private readonly SimulatedModbusServer _meter;
    private readonly string _config;
    private readonly Func<string, string[], BuiltProgram> _start;

    private MeteredNode(Func<string, string[], BuiltProgram> start)
    {
        _start = start;
        _meter = new SimulatedModbusServer(
            new SimulatedSdm630(new HouseholdScenario(seed: 7, TimeProvider.System.GetUtcNow()).At, TimeProvider.System));
        int hubPort = InfluxServer.FreePort(), httpPort = InfluxServer.FreePort();
        HubPort = hubPort;
        Url = $"http://127.0.0.1:{httpPort}";
        _config = Path.Combine(_folder, "node.json");
        File.WriteAllText(_config, Configuration(hubPort, httpPort));
        Hub = BuiltProgram.Cli("hub", "run", "--port", $"{hubPort}");
        Telemetry = Module("TelemetryModule");
        Sensor = Module("SensorModule");
    }

    /// <summary>The data folder of its modules.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>The port of its hub.</summary>
    public int HubPort { get; }

    /// <summary>Where the telemetry module's page listens.</summary>
    public string Url { get; }

    public BuiltProgram Hub { get; }

    public BuiltProgram Telemetry { get; }

    public BuiltProgram Sensor { get; }

    /// <summary>Starts everything but the compute module, and waits until the page is there.</summary>
    /// <param name="start">Starts a module with arguments; as it was built for this machine if not said.</param>
    public static async Task<MeteredNode> StartAsync(Func<string, string[], BuiltProgram>? start = null)
    {
        var node = new MeteredNode(start ?? BuiltProgram.Module);
        await node.Telemetry.LineAsync(line => line.Contains(node.Url, StringComparison.Ordinal), Patience);
        return node;
    }

    /// <summary>What a module of this node is started with.</summary>
    public string[] Arguments => ["--config", _config];

    public BuiltProgram Module(string name) => _start(name, Arguments);

    public Task<double[]> AskAsync(string query) => InfluxQuery.NumbersAsync(Url, "edgedepin", query);

    public Task CountReachesAsync(string query, double count) => Eventually.HoldsAsync(
        async () => await AskAsync(query) is [var reached] && reached >= count, Patience,
        () => $"{query} did not reach {count}. Telemetry: {Telemetry.Error} Sensor: {Sensor.Error}");

    public async ValueTask DisposeAsync()
    {
        await Sensor.DisposeAsync();
        await Telemetry.DisposeAsync();
        await Hub.DisposeAsync();
        await _meter.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Configuration(int hubPort, int httpPort) => JsonSerializer.Serialize(new
    {
        Node = new { Site = "test", Name = "node-1", DataFolder = Path.Combine(_folder, "data") },
        Hub = new { Host = "127.0.0.1", Port = hubPort },
        Sensing = new { Sensors = new[] { new { Id = "meter", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{_meter.Port}", PeriodMilliseconds = 200 } } },
        Computing = new { WindowSeconds = 2, LatenessSeconds = 0, BackTestSeconds = 5 },
        Http = new { Port = httpPort },
    });
}
