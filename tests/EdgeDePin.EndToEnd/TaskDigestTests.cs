namespace EdgeDePin.EndToEnd;

/// <summary>A neighbour with another processor must come to the same bytes, or its work is no proof of anything.</summary>
public sealed class TaskDigestTests
{
    private static readonly string[] Kinds =
    [
        "aggregate@2", "anomaly@1", "backtest-summary@1", "clean@1", "derive@2", "forecast@1", "interpolate@1",
        "rolling-backtest@1", "sensor-faults@1", "spike-check@1",
    ];

    [Fact]
    public async Task Every_kind_of_task_has_the_same_digest_on_x64_and_on_arm64()
    {
        string there = await OutputAsync(BuiltProgram.Emulated("digests/arm64", "EdgeDePin.TaskDigests"));
        string here = await OutputAsync(BuiltProgram.Program("EdgeDePin.TaskDigests", "EdgeDePin.TaskDigests"));
        Assert.Equal(Kinds, here.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
        Assert.Equal(here, there);
    }

    private static async Task<string> OutputAsync(BuiltProgram program)
    {
        await using (program)
        {
            int exitCode = await program.ExitCodeAsync(TimeSpan.FromSeconds(240));
            Assert.True(exitCode == 0, program.Output + program.Error);
            return program.Output.Trim('\n') + "\n";
        }
    }
}
