using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>One node as its owner runs it: three processes, a hub between them, and a meter behind a Modbus gateway.</summary>
public sealed class ModuleProcessTests : IDisposable
{
    private const long MostMemory = 300L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-modules-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Three_processes_and_a_hub_are_a_node_that_loses_no_reading_when_one_is_killed()
    {
        await using var meter = new SimulatedSdm630Server(
            new SimulatedSdm630(new HouseholdScenario(seed: 7, TimeProvider.System.GetUtcNow()).At, TimeProvider.System));
        int hubPort = InfluxServer.FreePort(), httpPort = InfluxServer.FreePort();
        string config = await ConfigureAsync(meter.Port, hubPort, httpPort);
        string url = $"http://127.0.0.1:{httpPort}";

        await using BuiltProgram hub = BuiltProgram.Cli("hub", "run", "--port", $"{hubPort}");
        await using BuiltProgram telemetry = BuiltProgram.Module("TelemetryModule", "--config", config);
        await using BuiltProgram sensor = BuiltProgram.Module("SensorModule", "--config", config);
        await using (BuiltProgram compute = BuiltProgram.Module("ComputeModule", "--config", config))
        {
            await telemetry.LineAsync(line => line.Contains(url, StringComparison.Ordinal), Patience);
            await CountReachesAsync(url, "SELECT count(voltage) FROM grid", 20);
            await CountReachesAsync(url, "SELECT count(run_ms) FROM execution", 5);
            await CountReachesAsync(url, "SELECT count(value) FROM derived", 5);
            long together = sensor.ResidentBytes + telemetry.ResidentBytes + compute.ResidentBytes;
            Assert.True(together <= MostMemory,
                $"sensor {sensor.ResidentBytes >> 20} MiB, telemetry {telemetry.ResidentBytes >> 20} MiB, compute {compute.ResidentBytes >> 20} MiB");
            compute.Kill();
        }

        double before = (await InfluxQuery.NumbersAsync(url, "edgedepin", "SELECT count(voltage) FROM grid"))[0];
        await CountReachesAsync(url, "SELECT count(voltage) FROM grid", before + 10);
        double executions = (await InfluxQuery.NumbersAsync(url, "edgedepin", "SELECT count(run_ms) FROM execution"))[0];

        await using BuiltProgram again = BuiltProgram.Module("ComputeModule", "--config", config);
        await CountReachesAsync(url, "SELECT count(run_ms) FROM execution", executions + 5);

        sensor.Interrupt();
        Assert.Equal(0, await sensor.ExitCodeAsync(Patience));
        double[] health = await EventuallyEqualAsync(url);
        Assert.Equal(health[0], health[1] + health[2]);
    }

    // The sensor module's last word: asked = readings + faults; every reading has five fields in the store.
    private static async Task<double[]> EventuallyEqualAsync(string url)
    {
        double[] health = [];
        await Eventually.HoldsAsync(async () =>
        {
            health = await InfluxQuery.NumbersAsync(
                url, "edgedepin", "SELECT last(samples_asked), last(readings), last(faults) FROM health");
            double[] stored = await InfluxQuery.NumbersAsync(url, "edgedepin",
                "SELECT count(voltage), count(current), count(power), count(energy), count(frequency) FROM grid");
            return stored.Sum() == health[1];
        }, Patience, () => $"health {string.Join(' ', health)}");
        return health;
    }

    private static Task CountReachesAsync(string url, string query, double count) => Eventually.HoldsAsync(
        async () => await InfluxQuery.NumbersAsync(url, "edgedepin", query) is [var reached] && reached >= count, Patience, () => query);

    private async Task<string> ConfigureAsync(int meterPort, int hubPort, int httpPort)
    {
        string path = Path.Combine(_folder, "node.json");
        var configuration = new
        {
            Node = new { Site = "test", Name = "node-1", DataFolder = Path.Combine(_folder, "data") },
            Hub = new { Host = "127.0.0.1", Port = hubPort },
            Sensing = new { Sensors = new[] { new { Id = "meter", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{meterPort}", PeriodMilliseconds = 100 } } },
            Computing = new { WindowSeconds = 2, LatenessSeconds = 0, BackTestSeconds = 5 },
            Http = new { Port = httpPort },
        };
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(configuration), TestContext.Current.CancellationToken);
        return path;
    }
}
