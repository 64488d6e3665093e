using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>What <c>edgedepin forward</c> says about a real influxd, and what it says when somebody changed it.</summary>
public sealed class ForwardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgedepin-forward-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_server_that_lacks_something_is_told_by_status_and_verify_until_run_has_brought_it()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using InfluxServer influx = await InfluxServer.StartAsync(cancellationToken);
        await using BuiltProgram demo = BuiltProgram.Cli("demo", "--nodes", "1", "--duration", "6s", "--headless", "--json", "--data", _folder.FullName);
        Assert.Equal(0, await demo.ExitCodeAsync(Patience));

        (int exitCode, string output) = await ForwardAsync("status", influx.Url);
        Assert.Equal(1, exitCode);
        Assert.Contains("InfluxDB 1.6.7", output, StringComparison.Ordinal);
        Assert.Equal(1, (await ForwardAsync("verify", influx.Url)).ExitCode);

        Assert.Equal(0, (await ForwardAsync("run", influx.Url)).ExitCode);
        Assert.Equal(0, (await ForwardAsync("status", influx.Url)).ExitCode);
        (exitCode, output) = await ForwardAsync("verify", influx.Url);
        Assert.True(exitCode == 0, output);
        Assert.Contains(" 0 spans differ", output, StringComparison.Ordinal);

        await influx.QueryAsync("DROP MEASUREMENT grid", "edgedepin", null, cancellationToken);
        (exitCode, output) = await ForwardAsync("verify", influx.Url);
        Assert.Equal(1, exitCode);
        Assert.Contains("DIFFER", output, StringComparison.Ordinal);
        Assert.Contains(" grid ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" weather ", output, StringComparison.Ordinal);

        Assert.Equal(0, (await ForwardAsync("run", influx.Url, "--from-start")).ExitCode);
        Assert.Equal(0, (await ForwardAsync("verify", influx.Url)).ExitCode);
    }

    private async Task<(int ExitCode, string Output)> ForwardAsync(string verb, Uri influx, params string[] more)
    {
        await using BuiltProgram program = BuiltProgram.Cli(
            ["forward", verb, "--data", Path.Combine(_folder.FullName, "node-1"), "--influx", influx.ToString(), .. more]);
        int exitCode = await program.ExitCodeAsync(Patience);
        return (exitCode, program.Output + program.Error);
    }
}
