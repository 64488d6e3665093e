using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>The command that a fresh machine runs first.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Three_nodes_sense_compute_and_lend_within_half_a_minute()
    {
        await using BuiltProgram demo = BuiltProgram.Cli("demo", "--nodes", "3", "--duration", "30s", "--headless", "--json");
        Assert.Equal(0, await demo.ExitCodeAsync(Patience));
        using JsonDocument summary = JsonDocument.Parse(demo.Output);
        long Number(string name) => summary.RootElement.GetProperty(name).GetInt64();

        Assert.True(Number("readings") > 0, demo.Output);
        Assert.Equal(Number("samplesAsked"), Number("readings") + Number("faults"));
        Assert.Equal(Number("executions") + Number("superseded"), Number("records") + Number("recordsLost"));
        Assert.Equal(0, Number("recordsLost"));
        Assert.True(Number("borrowed") > 0, demo.Output);
        Assert.True(Number("lent") >= Number("borrowed"), demo.Output);
        Assert.True(Number("verified") > 0, demo.Output);
        Assert.Equal(0, Number("rejected"));
        Assert.True(Number("storePoints") > 0, demo.Output);
        Assert.InRange(summary.RootElement.GetProperty("firstReadingMs").GetDouble(), 1, 2_000);
        Assert.InRange(summary.RootElement.GetProperty("peakRssMb").GetDouble(), 1, 400);
        Assert.Empty(demo.Error.Trim());
    }

    [Fact]
    public async Task Interrupted_it_still_says_what_it_did()
    {
        await using BuiltProgram demo = BuiltProgram.Cli("demo", "--nodes", "1", "--http", "0", "--headless");
        await demo.LineAsync(line => line.Contains("http://127.0.0.1:", StringComparison.Ordinal), Patience);
        demo.Interrupt();
        Assert.Equal(0, await demo.ExitCodeAsync(Patience));
        Assert.Contains("readings", demo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_node_answers_a_query_from_its_store()
    {
        await using BuiltProgram demo = BuiltProgram.Cli("demo", "--nodes", "1", "--http", "0", "--headless");
        string line = await demo.LineAsync(text => text.Contains("http://127.0.0.1:", StringComparison.Ordinal), Patience);
        string url = line[line.IndexOf("http", StringComparison.Ordinal)..].Trim();
        await Eventually.HoldsAsync(
            async () => await InfluxQuery.NumbersAsync(url, "edgedepin", "SELECT count(temperature) FROM weather") is [> 3], Patience);

        await using BuiltProgram query = BuiltProgram.Cli(
            "query", "--url", url,
            "SELECT mean(temperature) FROM weather WHERE time > now() - 1h GROUP BY time(1m), node");
        Assert.Equal(0, await query.ExitCodeAsync(Patience));
        Assert.Contains("node=node-1", query.Output, StringComparison.Ordinal);
        Assert.Contains("mean", query.Output, StringComparison.Ordinal);
    }
}
