using System.Diagnostics;
using System.Text.Json;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.EdgeHub;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;
using EdgeHubSimulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>One life of the native sensor module: a simulated meter behind Modbus TCP, a secure hub, ten readings a second.</summary>
/// <param name="Start">From the start of the process to its first reading that the hub took.</param>
/// <param name="PeakResidentBytes">The most resident memory until the last message.</param>
internal sealed record SensorRun(TimeSpan Start, long PeakResidentBytes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string Program = Path.Combine(Checkout.Folder, "artifacts", "native", "SensorModule", "SensorModule");

    /// <exception cref="IOException">The module is not published as a native program, or nothing of it came.</exception>
    public static async Task<SensorRun> MeasureAsync(Bench bench, int messages, CancellationToken cancellationToken)
    {
        if (!File.Exists(Program))
        {
            throw new IOException($"{Program} is missing: dotnet publish modules/SensorModule -c Release -r linux-x64 -p:Native=true -o artifacts/native/SensorModule");
        }

        string folder = Directory.CreateDirectory(bench.FreshPath("sensor")).FullName;
        await using var meter = new SimulatedModbusServer(
            new SimulatedSdm630(new HouseholdScenario(seed: 7, TimeProvider.System.GetUtcNow()).At, TimeProvider.System));
        await using var hub = new LocalHub(new LocalHubOptions
        {
            DeviceId = "edgedepin",
            Folder = Path.Combine(folder, "hub"),
            Secure = true,
            WorkloadSocket = Path.Combine(folder, "workload.sock"),
        }, TimeProvider.System, NullLogger<LocalHub>.Instance);
        await hub.StartAsync(cancellationToken);
        _ = hub.Ca!.TrustBundle();
        string config = Path.Combine(folder, "node.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            Node = new { Site = "bench", Name = "node-1", DataFolder = Path.Combine(folder, "data") },
            Hub = new
            {
                ConnectionString = hub.Keys!.ConnectionString(hub.IdentityOf("sensor"), "local", $"localhost:{hub.Port}"),
                TrustBundleFile = hub.Ca.TrustBundleFile,
            },
            Sensing = new { Sensors = new[] { new { Id = "meter", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{meter.Port}", PeriodMilliseconds = 100 } } },
        }), cancellationToken);
        await WarmAsync(hub, cancellationToken);
        return await WatchAsync(hub, config, messages, cancellationToken);
    }

    // The hub of a device has compiled its code before a sensor module starts; its first handshake is not what is measured.
    private static async Task WarmAsync(LocalHub hub, CancellationToken cancellationToken)
    {
        ModuleOptions options = ModuleOptions.FromConnectionString(
            hub.Keys!.ConnectionString(hub.IdentityOf("warm"), "local", $"localhost:{hub.Port}"), hub.Ca!.TrustBundleFile);
        for (int i = 0; i < 3; i++)
        {
            await using var client = new ModuleClient(options, TimeProvider.System, new Random(i), NullLogger<ModuleClient>.Instance);
            await client.ConnectAsync(cancellationToken);
            await client.SendEventAsync("nothing", Load.Reading, cancellationToken);
        }
    }

    private static async Task<SensorRun> WatchAsync(LocalHub hub, string config, int messages, CancellationToken cancellationToken)
    {
        long before = hub.State.Received, startedAt = Stopwatch.GetTimestamp();
        using Process sensor = Process.Start(new ProcessStartInfo(Program, ["--config", config]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        _ = sensor.StandardOutput.ReadToEndAsync(CancellationToken.None);
        try
        {
            await TakenAsync(1);
            TimeSpan start = Stopwatch.GetElapsedTime(startedAt);
            await TakenAsync(messages);
            return new SensorRun(start, ResidentMemory.Peak(sensor.Id));
        }
        finally
        {
            sensor.Kill(entireProcessTree: true);
            await sensor.WaitForExitAsync(CancellationToken.None);
        }

        async Task TakenAsync(int wanted)
        {
            while (hub.State.Received < before + wanted)
            {
                if (sensor.HasExited || Stopwatch.GetElapsedTime(startedAt) > Patience)
                {
                    throw new IOException($"{Program} had {hub.State.Received - before} of {wanted} messages acknowledged in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0} s.");
                }

                await Task.Delay(1, cancellationToken);
            }
        }
    }
}
