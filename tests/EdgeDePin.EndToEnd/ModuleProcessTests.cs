namespace EdgeDePin.EndToEnd;

/// <summary>One node as three processes with a hub between them.</summary>
public sealed class ModuleProcessTests
{
    private const long MostMemory = 300L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Three_processes_and_a_hub_are_a_node_that_loses_no_reading_when_one_is_killed()
    {
        await using MeteredNode node = await MeteredNode.StartAsync();
        await using (BuiltProgram compute = node.Module("ComputeModule"))
        {
            await node.CountReachesAsync("SELECT count(voltage) FROM grid", 20);
            await node.CountReachesAsync("SELECT count(run_ms) FROM execution", 5);
            await node.CountReachesAsync("SELECT count(value) FROM derived", 5);
            long[] resident = [node.Sensor.ResidentBytes, node.Telemetry.ResidentBytes, compute.ResidentBytes];
            Assert.True(resident.Sum() <= MostMemory, $"sensor, telemetry, compute: {string.Join(", ", resident.Select(bytes => bytes >> 20))} MiB");
            compute.Kill();
        }

        double before = (await node.AskAsync("SELECT count(voltage) FROM grid"))[0];
        await node.CountReachesAsync("SELECT count(voltage) FROM grid", before + 10);
        double executions = (await node.AskAsync("SELECT count(run_ms) FROM execution"))[0];

        await using BuiltProgram again = node.Module("ComputeModule");
        await node.CountReachesAsync("SELECT count(run_ms) FROM execution", executions + 5);

        node.Sensor.Interrupt();
        Assert.Equal(0, await node.Sensor.ExitCodeAsync(Patience));
        await EverythingReadIsStoredAsync(node);
    }

    [Theory]
    [InlineData("SensorModule", "--Sensing:Sensors", "--Store:RetainFor")]
    [InlineData("TelemetryModule", "--Store:RetainFor", "--Sensing:Sensors")]
    [InlineData("ComputeModule", "--Computing:", "--Store:RetainFor")]
    public async Task A_module_that_is_asked_for_help_prints_its_own_settings_and_those_of_all(string module, string own, string foreign)
    {
        await using BuiltProgram program = BuiltProgram.Module(module, "--help");
        Assert.Equal(0, await program.ExitCodeAsync(Patience));
        Assert.Equal("", program.Error.Trim());
        Assert.StartsWith($"{module}: ", program.Output, StringComparison.Ordinal);
        Assert.Contains("--Node:Name (text)", program.Output, StringComparison.Ordinal);
        Assert.Contains("--Hub:ConnectionString", program.Output, StringComparison.Ordinal);
        Assert.Contains(own, program.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(foreign, program.Output, StringComparison.Ordinal);
    }

    // The sensor module's last word: asked = readings + faults; and every reading is a field in the store.
    private static async Task EverythingReadIsStoredAsync(MeteredNode node)
    {
        double[] health = [], stored = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                health = await node.AskAsync("SELECT last(samples_asked), last(readings), last(faults) FROM health");
                stored = await node.AskAsync(
                    "SELECT count(voltage), count(current), count(power), count(energy), count(frequency) FROM grid");
                return stored.Sum() == health[1];
            },
            Patience, () => $"asked, read, faulted {string.Join(' ', health)}; stored {string.Join(' ', stored)}");
        Assert.Equal(health[0], health[1] + health[2]);
    }
}
