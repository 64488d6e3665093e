using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>The short form of <c>edgedepin store torture</c>: what is acknowledged survives SIGKILL.</summary>
public sealed class TortureTests
{
    [Fact]
    public async Task Nothing_acknowledged_is_missing_or_twice_after_a_writer_was_killed_again_and_again()
    {
        await using BuiltProgram torture = BuiltProgram.Cli("store", "torture", "--kills", "12", "--seed", "20", "--json");
        int exitCode = await torture.ExitCodeAsync(TimeSpan.FromSeconds(90));
        Assert.True(exitCode == 0, torture.Output + torture.Error);
        JsonElement report = JsonDocument.Parse(torture.Output).RootElement;
        Assert.Equal(0, report.GetProperty("missing").GetInt64());
        Assert.Equal(0, report.GetProperty("duplicated").GetInt64());
        Assert.True(report.GetProperty("acknowledged").GetInt64() > 0, torture.Output);
        Assert.True(report.GetProperty("stored").GetInt64() >= report.GetProperty("acknowledged").GetInt64(), torture.Output);
    }
}
