using System.Diagnostics;
using System.Text.Json;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.EndToEnd.EdgeHub;

/// <summary>The sensor module as a native binary: what a small device pays for it.</summary>
public sealed class NativeSensorTests
{
    private const long MostMemory = 30L << 20;

    private static readonly TimeSpan MostStart = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_has_its_first_reading_acknowledged_in_300_ms_and_stays_below_30_MB()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgedepin-native-");
        await using var meter = new SimulatedSdm630Server(
            new SimulatedSdm630(new HouseholdScenario(seed: 7, TimeProvider.System.GetUtcNow()).At, TimeProvider.System));
        try
        {
            await using RunningHub hub = await RunningHub.StartAsync(RunningHub.Manifest(["sensor"], "FROM /messages/* INTO $upstream"));
            string config = Path.Combine(folder.FullName, "node.json");
            await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
            {
                Node = new { Site = "test", Name = "node-1", DataFolder = Path.Combine(folder.FullName, "data") },
                Sensing = new { Sensors = new[] { new { Id = "meter", Chip = "sdm630", Bus = $"tcp:127.0.0.1:{meter.Port}", PeriodMilliseconds = 100 } } },
            }), TestContext.Current.CancellationToken);

            // The best of five: a busy neighbour of this machine is not what is measured.
            TimeSpan best = TimeSpan.MaxValue;
            long resident = 0;
            for (int run = 0; run < 5; run++)
            {
                long before = await TakenAsync(hub);
                long startedAt = Stopwatch.GetTimestamp();
                BuiltProgram? program = BuiltProgram.Native("SensorModule", hub.Environment("sensor"), "--config", config);
                Assert.SkipWhen(program is null, "The native sensor module is not published; tests/run.sh does that where gcc and zlib are.");
                await using BuiltProgram sensor = program!;
                while (await TakenAsync(hub) == before)
                {
                    Assert.True(Stopwatch.GetElapsedTime(startedAt) < Patience, $"No reading. {sensor.Error} {sensor.Output}");
                }

                TimeSpan took = Stopwatch.GetElapsedTime(startedAt);
                best = took < best ? took : best;
                await Eventually.HoldsAsync(async () => await TakenAsync(hub) >= before + 30, Patience);
                resident = Math.Max(resident, sensor.ResidentBytes);
            }

            TestContext.Current.SendDiagnosticMessage($"start to first acknowledged reading {best.TotalMilliseconds:0} ms, resident {resident / 1048576.0:0.0} MiB");
            Assert.True(best <= MostStart, $"{best.TotalMilliseconds:0} ms");
            Assert.True(resident <= MostMemory, $"{resident / 1048576.0:0.0} MiB");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<long> TakenAsync(RunningHub hub) => (await hub.MetricsAsync()).Split('\n')
        .Where(line => line.StartsWith("edgehub_messages_received_total", StringComparison.Ordinal) && line.Contains("route_output=\"readings\"", StringComparison.Ordinal))
        .Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..])).FirstOrDefault();
}
