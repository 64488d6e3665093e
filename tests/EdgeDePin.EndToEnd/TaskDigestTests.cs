namespace EdgeDePin.EndToEnd;

/// <summary>A neighbour with another processor must come to the same bytes, or its work is no proof of anything.</summary>
public sealed class TaskDigestTests
{
    private static readonly string[] Kinds =
    [
        "aggregate@3", "anomaly@1", "backtest-summary@1", "clean@2", "derive@2", "forecast@1", "interpolate@1",
        "rolling-backtest@1", "sensor-faults@1", "spike-check@1",
    ];

    [Fact]
    public async Task Every_kind_of_task_has_the_same_digest_on_x64_and_on_arm64()
    {
        string there = await OutputAsync(() => BuiltProgram.Emulated("digests/arm64", "EdgeDePin.TaskDigests"), attempts: 3);
        string here = await OutputAsync(() => BuiltProgram.Program("EdgeDePin.TaskDigests", "EdgeDePin.TaskDigests"), attempts: 1);
        Assert.Equal(Kinds, here.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
        Assert.Equal(here, there);
    }

    // The emulator now and then loses the runtime's own threads to a signal (.NET does not support it: dotnet/core, supported-os, QEMU). A program that it killed
    // has said nothing about digests and is started again; one that ended by itself is not.
    private static async Task<string> OutputAsync(Func<BuiltProgram> start, int attempts)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using BuiltProgram program = start();
            int exitCode = await program.ExitCodeAsync(TimeSpan.FromSeconds(240));
            if (exitCode == 0)
            {
                return program.Output.Trim('\n') + "\n";
            }

            bool killed = program.Error.Contains("qemu: uncaught target signal", StringComparison.Ordinal);
            Assert.True(killed && attempt < attempts, $"Attempt {attempt}: {program.Output}{program.Error}");
        }
    }
}
