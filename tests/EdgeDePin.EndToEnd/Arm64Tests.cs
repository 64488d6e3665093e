using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using EdgeDePin.EndToEnd.EdgeHub;

namespace EdgeDePin.EndToEnd;

/// <summary>
/// What a Raspberry Pi runs, run here: the modules as published for linux-arm64, by an emulator of that processor, on the libraries of
/// their image. The rest of the node is built for this machine.
/// </summary>
public sealed class Arm64Tests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Sensor_and_telemetry_built_for_arm64_read_store_and_answer()
    {
        BuiltProgram.RequireArm64();
        await using MeteredNode node = await MeteredNode.StartAsync(BuiltProgram.Arm64);
        await node.CountReachesAsync("SELECT count(voltage) FROM grid", 10);
    }

    [Fact]
    public async Task Compute_built_for_arm64_analyses_and_records()
    {
        BuiltProgram.RequireArm64();
        await using MeteredNode node = await MeteredNode.StartAsync();
        await using BuiltProgram compute = BuiltProgram.Arm64("ComputeModule", node.Arguments);
        await Eventually.HoldsAsync(
            async () => compute.HasExited || (await node.AskAsync("SELECT count(value) FROM derived") is [> 0] && await node.AskAsync("SELECT count(run_ms) FROM execution") is [> 0]),
            Patience, () => $"compute: {compute.Output}{compute.Error}");
        Assert.False(compute.HasExited, compute.Output + compute.Error);
    }

    // Certificates, tokens, routes and the log on disk are what has native parts or looks at the processor.
    [Fact]
    public async Task The_hub_built_for_arm64_routes_over_TLS_and_keeps_what_waits()
    {
        BuiltProgram.RequireArm64("hub");
        JsonObject manifest = RunningHub.Manifest(["sensor", "telemetry"],
            "FROM /messages/modules/sensor/outputs/readings INTO BrokeredEndpoint(\"/modules/telemetry/inputs/readings\")");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgedepin-arm64-");
        try
        {
            await using (RunningHub first = await RunningHub.StartAsync(Start, manifest, folder))
            await using (ModuleClient sensor = await first.ModuleAsync("sensor"))
            {
                await sensor.SendEventBatchAsync("readings", Enumerable.Range(0, 50).Select(Message), TestContext.Current.CancellationToken);
                first.Kill();
            }

            await using RunningHub again = await RunningHub.StartAsync(Start, manifest, folder);
            await using ModuleClient telemetry = await again.ModuleAsync("telemetry");
            var received = new ConcurrentDictionary<string, bool>();
            await telemetry.SetInputMessageHandlerAsync("readings", (message, _) =>
            {
                received[Encoding.UTF8.GetString(message.Body.Span)] = true;
                return Task.FromResult(MessageResponse.Completed);
            }, TestContext.Current.CancellationToken);
            await Eventually.HoldsAsync(() => received.Count == 50, Patience, () => $"{received.Count} of 50 came");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static BuiltProgram Start(string[] arguments) => BuiltProgram.Emulated("images/edgedepin-hub/arm64", "edgedepin", arguments);
        static HubMessage Message(int number) => new(Encoding.UTF8.GetBytes($"{number}"));
    }
}
