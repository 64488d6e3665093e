using System.Text.Json;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>The detectors can be judged by anyone on series of his own.</summary>
public sealed class EvaluateDetectorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Anomalies_are_scored_as_NAB_does_and_drawn()
    {
        string nab = SharedData.Require("nab"), plot = Path.Combine(_folder, "plot.svg");
        await using BuiltProgram program = BuiltProgram.Cli(
            "evaluate", "anomaly", "--data", Path.Combine(nab, "data"), "--labels", Path.Combine(nab, "labels", "combined_windows.json"), "--json", "--plot", plot);
        Assert.True(await program.ExitCodeAsync(Patience) == 0, program.Error);
        JsonElement report = JsonDocument.Parse(program.Output).RootElement;
        JsonElement standard = report.GetProperty("profiles").EnumerateArray().Single(profile => profile.GetProperty("profile").GetString() == "standard");
        Assert.InRange(standard.GetProperty("score").GetDouble(), 55, 100);
        Assert.True(standard.GetProperty("score").GetDouble() > standard.GetProperty("windowedGaussian").GetDouble());
        Assert.Equal(18, report.GetProperty("perSeries").GetArrayLength());
        Assert.Contains("</svg>", await File.ReadAllTextAsync(plot, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_are_found_in_a_table_with_decimal_commas_unsorted_rows_and_empty_cells()
    {
        string table = Path.Combine(_folder, "roof.csv");
        await File.WriteAllLinesAsync(table,
        [
            "when;\"t; roof\";note",
            .. Enumerable.Range(0, 600).OrderBy(minute => minute * 37 % 600).Select(minute =>
                $"{minute / 60:00}.{minute % 60:00} 03-05-2026;{(minute < 300 ? $"{12 + (minute % 50 / 10)},{minute % 10}" : minute % 90 == 0 ? "NA" : "-7999")};x"),
        ], TestContext.Current.CancellationToken);
        await using BuiltProgram program = BuiltProgram.Cli(
            "evaluate", "faults", "--data", table, "--time", "when:HH.mm dd-MM-yyyy", "--value", "t; roof=temperature", "--onset", "2026-05-03T05:00:00Z", "--json");
        Assert.True(await program.ExitCodeAsync(Patience) == 0, program.Error);
        JsonElement report = JsonDocument.Parse(program.Output).RootElement;
        Assert.True(report.GetProperty("sorted").GetBoolean());
        JsonElement sensor = Assert.Single(report.GetProperty("sensors").EnumerateArray());
        Assert.Equal("range", Assert.Single(sensor.GetProperty("alarms").EnumerateArray()).GetProperty("reason").GetString());
        Assert.InRange(sensor.GetProperty("foundAfterHours").GetDouble(), 0, 0.1);
        Assert.Equal(0, sensor.GetProperty("alarmsPerMonth").GetDouble());
    }

    [Theory]
    [InlineData(2, "has no column 'nonsense'; it has: a, b.", "evaluate", "faults", "--data", "{table}", "--time", "a", "--value", "nonsense=temperature")]
    [InlineData(2, "does not say what it measures", "evaluate", "faults", "--data", "{table}", "--time", "a", "--value", "b")]
    [InlineData(2, "line 2: 'never' is no instant", "evaluate", "faults", "--data", "{table}", "--time", "a", "--value", "b=temperature")]
    [InlineData(2, "with --time, or say --from and --every", "evaluate", "faults", "--data", "{table}", "--value", "b=temperature")]
    [InlineData(3, "Could not find file", "evaluate", "faults", "--data", "{table}.not", "--time", "a", "--value", "b=temperature")]
    [InlineData(3, "There is no folder", "evaluate", "anomaly", "--data", "{table}.not", "--labels", "{table}")]
    public async Task An_error_says_what_is_wrong_and_with_what(int exitCode, string message, params string[] arguments)
    {
        string table = Path.Combine(_folder, "table.csv");
        await File.WriteAllTextAsync(table, "a,b\nnever,1\n", TestContext.Current.CancellationToken);
        await using BuiltProgram program = BuiltProgram.Cli([.. arguments.Select(argument => argument.Replace("{table}", table, StringComparison.Ordinal))]);
        Assert.Equal(exitCode, await program.ExitCodeAsync(Patience));
        Assert.Contains(message, program.Error, StringComparison.Ordinal);
    }
}
