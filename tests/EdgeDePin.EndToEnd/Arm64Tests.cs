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
}
