using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>A sensor module on a secure hub: its twin is its configuration, and its methods answer.</summary>
public sealed class LiveConfigurationTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgedepin-live-");

    private readonly SimulatedModbusServer _meter = new(
        new SimulatedSdm630(new HouseholdScenario(seed: 7, TimeProvider.System.GetUtcNow()).At, TimeProvider.System));

    private long _answers;

    public LiveConfigurationTests() => _meter.Disturb = answer =>
    {
        Interlocked.Increment(ref _answers);
        return answer;
    };

    public async ValueTask DisposeAsync()
    {
        await _meter.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Sensors_change_live_wrong_ones_are_refused_and_the_last_good_survive_a_start_without_hub()
    {
        JsonObject manifest = RunningHub.Manifest(["sensor", "telemetry"], "FROM /messages/modules/sensor/outputs/* INTO $upstream");
        await using RunningHub hub = await RunningHub.StartAsync(manifest);
        int desired;
        await using (BuiltProgram sensor = await SensorAsync(hub))
        {
            // The file says once an hour: one sample at the start, and no more.
            int first = (int)(await ReportedAsync(hub, null, "applied"))["version"]!;
            desired = first + 1;
            Assert.InRange(await ReadingsAsync(hub), 0, 10);

            await SetAsync(hub, Sensors(200));
            await ReportedAsync(hub, first + 1, "applied");
            double before = await ReadingsAsync(hub);
            await Eventually.HoldsAsync(async () => await ReadingsAsync(hub) >= before + 25, Patience);

            await SetAsync(hub, """{"Sensing":{"Sensors":[{"Id":"meter","Chip":"sdm631","Bus":"tcp:127.0.0.1:1"}]}}""");
            Assert.Contains("Unknown chip 'sdm631'", (string?)(await ReportedAsync(hub, first + 2, "refused"))["reason"], StringComparison.Ordinal);
            await SetAsync(hub, """{"Sensing":{"Sensors":"all of them"}}""");
            await ReportedAsync(hub, first + 3, "refused");
            await SetAsync(hub, """{"Sensing":null,"Hub":{"Host":"elsewhere"}}""");
            Assert.Contains("'Hub' is no section", (string?)(await ReportedAsync(hub, first + 4, "refused"))["reason"], StringComparison.Ordinal);
            before = await ReadingsAsync(hub);
            await Eventually.HoldsAsync(async () => await ReadingsAsync(hub) >= before + 25, Patience, () => "what was refused must not stop what ran");
        }

        hub.Kill();
        await using BuiltProgram alone = await SensorAsync(hub);
        await alone.LineAsync(line => line.Contains("sensor of node node-1 is running", StringComparison.Ordinal), Patience);
        string kept = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "data", "desired-sensor.json"), TestContext.Current.CancellationToken);
        Assert.Equal((200, desired), ((int)JsonNode.Parse(kept)!["Sensing"]!["Sensors"]![0]!["PeriodMilliseconds"]!, (int)JsonNode.Parse(kept)!["$version"]!));
        long asked = Interlocked.Read(ref _answers);
        await Eventually.HoldsAsync(() => Interlocked.Read(ref _answers) > asked + 20, Patience, () => "the last good configuration asks five times a second");
    }

    [Fact]
    public async Task Methods_tell_the_state_read_now_flush_and_bundle_what_help_needs()
    {
        JsonObject manifest = RunningHub.Manifest(["sensor"], "FROM /messages/modules/sensor/outputs/* INTO $upstream");
        await using RunningHub hub = await RunningHub.StartAsync(manifest);
        await using BuiltProgram sensor = await SensorAsync(hub);
        await ReportedAsync(hub, null, "applied");
        await CallAsync(hub, "flush");
        double before = await ReadingsAsync(hub);

        Assert.Equal("""{"measured":1,"faulted":0}""", (await CallAsync(hub, "readNow")).ToJsonString());
        Assert.Equal(0, (int)(await CallAsync(hub, "flush"))["waiting"]!);
        // One sample is one message, or two where its first values left before the last had come.
        Assert.InRange(await ReadingsAsync(hub), before + 1, before + 5);

        JsonNode status = await CallAsync(hub, "status");
        Assert.Equal(("sensor", "applied", 1), ((string?)status["module"], (string?)status["configuration"]!["status"], (int)status["counters"]!["sensors"]!));
        JsonNode bundle = await CallAsync(hub, "supportBundle");
        Assert.Equal("sdm630", (string?)bundle["settings"]!["Sensing"]!["Sensors"]![0]!["Chip"]);
        Assert.Equal("(left out)", (string?)bundle["settings"]!["Hub"]!["ConnectionString"]);
        Assert.Contains("sensor of node node-1 is running", bundle["log"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SharedAccessKey", bundle.ToJsonString(), StringComparison.Ordinal);
    }

    private async Task<BuiltProgram> SensorAsync(RunningHub hub)
    {
        Dictionary<string, string> connection = await hub.ConnectionAsync("sensor");
        string config = Path.Combine(_folder.FullName, "node.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Node = new { Site = "test", Name = "node-1", DataFolder = Path.Combine(_folder.FullName, "data") },
            Hub = new { ConnectionString = connection["MODULE_CONNECTION_STRING"], TrustBundleFile = connection["MODULE_CA_FILE"] },
            Sensing = new { Sensors = new[] { new { Id = "meter", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{_meter.Port}", PeriodMilliseconds = 3_600_000 } } },
        }));
        return BuiltProgram.Module("SensorModule", "--config", config);
    }

    private string Sensors(int milliseconds) => $$$"""
        {"Sensing":{"Sensors":[{"Id":"meter","Chip":"sdm630","Bus":"tcp:127.0.0.1:{{{_meter.Port}}}","PeriodMilliseconds":{{{milliseconds}}}}]}}
        """;

    private static Task<string> SetAsync(RunningHub hub, string patch) => hub.AskAsync("twin", "--module", "sensor", "--set", patch);

    private static async Task<JsonObject> ReportedAsync(RunningHub hub, int? version, string status)
    {
        JsonObject? reported = null;
        await Eventually.HoldsAsync(async () =>
        {
            reported = JsonNode.Parse(await hub.AskAsync("twin", "--module", "sensor"))!["reported"]!["configuration"] as JsonObject;
            return (string?)reported?["status"] == status && (version is null || (int?)reported["version"] == version);
        }, Patience, () => $"wanted {version} {status}, have {reported?.ToJsonString()}");
        return reported!;
    }

    private static async Task<JsonNode> CallAsync(RunningHub hub, string method) =>
        JsonNode.Parse(await hub.AskAsync("method", "--module", "sensor", "--name", method))!["payload"]!;

    // Messages of readings; each sample of the meter makes one, at this pace.
    private static async Task<double> ReadingsAsync(RunningHub hub) => (await hub.MetricsAsync()).Split('\n')
        .Where(line => line.StartsWith("edgehub_messages_received_total", StringComparison.Ordinal) && line.Contains("route_output=\"readings\"", StringComparison.Ordinal))
        .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).FirstOrDefault();
}
