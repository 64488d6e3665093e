using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>The short form of <c>edgedepin store torture</c>: what is acknowledged survives.</summary>
public sealed class TortureTests
{
    [Theory]
    [InlineData("--kills", "25")]
    [InlineData("--power-cuts", "25")]
    [InlineData("--io-errors", "25")]
    public async Task Nothing_acknowledged_is_missing_or_twice_after_a_writer_ended_again_and_again(string disaster, string lives)
    {
        await using BuiltProgram torture = BuiltProgram.Cli("store", "torture", disaster, lives, "--seed", "20", "--json");
        int exitCode = await torture.ExitCodeAsync(TimeSpan.FromSeconds(90));
        // Without root, loop devices or strace; in CI they must be there.
        Assert.SkipWhen(exitCode == 3 && Environment.GetEnvironmentVariable("CI") != "true", torture.Error);
        Assert.True(exitCode == 0, torture.Output + torture.Error);
        JsonElement report = JsonDocument.Parse(torture.Output).RootElement;
        Assert.Equal(0, report.GetProperty("missing").GetInt64());
        Assert.Equal(0, report.GetProperty("duplicated").GetInt64());
        Assert.True(report.GetProperty("acknowledged").GetInt64() > 0, torture.Output);
        Assert.True(report.GetProperty("stored").GetInt64() >= report.GetProperty("acknowledged").GetInt64(), torture.Output);
        // A quota of 1 MB is kept by thinning first and dropping then.
        Assert.True(report.GetProperty("thinned").GetInt64() > 0 && report.GetProperty("dropped").GetInt64() > 0, torture.Output);
        Assert.True(report.GetProperty("whileOpening").GetInt64() > 0, torture.Output);
        Assert.True(report.GetProperty("failedAppends").GetInt64() > 0 == (disaster == "--io-errors"), torture.Output);
    }
}
