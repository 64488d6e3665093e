using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>The figures can be measured by anyone who has the source.</summary>
public sealed class BenchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    [Fact]
    public async Task Bench_measures_one_row_and_prints_it_as_json()
    {
        await using BuiltProgram bench = BuiltProgram.Cli("bench", "telemetry", "--only", "append", "--repetitions", "1", "--json");
        int exitCode = await bench.ExitCodeAsync(Patience);
        Assert.True(exitCode == 0, bench.Error);
        JsonElement report = JsonDocument.Parse(bench.Output).RootElement;
        Assert.Equal("telemetry", report.GetProperty("area").GetString());
        Assert.Matches("^([0-9a-f]{7,40}[+]?|unknown)$", report.GetProperty("commit").GetString());
        Assert.Contains($"{Environment.ProcessorCount} cores", report.GetProperty("machine").GetString(), StringComparison.Ordinal);
        JsonElement row = Assert.Single(report.GetProperty("rows").EnumerateArray());
        Assert.Equal("append", row.GetProperty("name").GetString());
        Assert.Equal("points/s", row.GetProperty("unit").GetString());
        double value = row.GetProperty("value").GetDouble(), goal = row.GetProperty("goal").GetDouble();
        Assert.True(value > 10_000, bench.Output);
        Assert.Equal(value >= goal, row.GetProperty("met").GetBoolean());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("anchor").ValueKind);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("anchorValue").ValueKind);
    }

    [Fact]
    public async Task A_row_that_does_not_exist_is_wrong_use_and_the_rows_that_do_are_named()
    {
        await using BuiltProgram bench = BuiltProgram.Cli("bench", "telemetry", "--only", "nonsense");
        Assert.Equal(2, await bench.ExitCodeAsync(Patience));
        Assert.Contains("'nonsense'; it has write-plain,", bench.Error, StringComparison.Ordinal);
    }
}
