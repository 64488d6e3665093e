using System.Text.Json;
using EdgeDePin.Tests;

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

    // The numbers that the edge promises. What depends on how busy the machine is must be there, and its verdict must be true; what does not must hold.
    public static TheoryData<string, string, double, bool> EdgeGoals => new()
    {
        { "sensor-start", "atMost", 300, false },
        { "sensor-memory", "atMost", 30, true },
        { "sensor-image", "atMost", 40, true },
        { "client", "atLeast", 10_000, false },
        { "routed", "atLeast", 10_000, false },
        { "memory", "atMost", 60, true },
        { "buffer", "atMost", 20, true }, // 200,000 of the ten million messages, and so of the gigabyte
        { "replay", "atLeast", 100_000, false },
        { "backlog", "atLeast", 10_000, false },
        { "drain", "atLeast", 10_000, false },
        { "backlog-memory", "atMost", 60, true },
        { "reconnect", "atMost", 10, true },
    };

    [Fact]
    public async Task Bench_edge_has_a_row_with_goal_value_and_verdict_for_each_number_of_the_edge()
    {
        ContainerNode.RequireImages();
        Assert.SkipUnless(File.Exists(Path.Combine(SharedData.Repository, "artifacts", "native", "SensorModule", "SensorModule")),
            "The native sensor module is not published; tests/run.sh does that where gcc and zlib are.");
        await using BuiltProgram bench = BuiltProgram.Cli("bench", "edge", "--effort", "short", "--ours", "--repetitions", "1", "--json");
        int exitCode = await bench.ExitCodeAsync(Patience);
        Assert.True(exitCode == 0, bench.Error);
        JsonElement report = JsonDocument.Parse(bench.Output).RootElement;
        Assert.Equal("short", report.GetProperty("effort").GetString());
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        Assert.Equal(EdgeGoals.Select(goal => goal.Data.Item1), rows.Select(row => row.GetProperty("name").GetString()!));
        foreach ((JsonElement row, (string name, string sense, double goal, bool holds)) in rows.Zip(EdgeGoals.Select(goal => goal.Data)))
        {
            double value = row.GetProperty("value").GetDouble();
            bool met = sense == "atMost" ? value <= goal : value >= goal;
            Assert.Equal((sense, goal, met), (row.GetProperty("goalIs").GetString(), row.GetProperty("goal").GetDouble(), row.GetProperty("met").GetBoolean()));
            Assert.True(value > 0 && (met || !holds), $"{name}: {row}");
        }
    }

    [Fact]
    public async Task A_row_that_does_not_exist_is_wrong_use_and_the_rows_that_do_are_named()
    {
        await using BuiltProgram bench = BuiltProgram.Cli("bench", "telemetry", "--only", "nonsense");
        Assert.Equal(2, await bench.ExitCodeAsync(Patience));
        Assert.Contains("'nonsense'; it has write-plain,", bench.Error, StringComparison.Ordinal);
    }
}
