using System.Globalization;
using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>Forecasters and plans can be judged by anyone on a series of his own, however its file is written.</summary>
public sealed class EvaluateForecastTests : IDisposable
{
    private const int Hours = 75 * 24;
    private const int SkippedHour = (37 * 24) + 2;
    private const int RepeatedHour = (48 * 24) + 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly DateTime Begin = new(2025, 8, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_forecast_is_worth_the_same_from_a_neat_file_and_from_an_untidy_one()
    {
        string plot = Path.Combine(_folder, "plot.svg");
        JsonElement neat = await ReportAsync("forecast", "--data", Neat(), "--time", "at", "--value", "load", "--test-from", "2025-10-05", "--stride", "5", "--nightly", "--json");
        JsonElement untidy = await ReportAsync(
            "forecast", "--data", Untidy(), "--time", "day+hour:dd.MM.yyyy HH.mm", "--value", "Load; kW", "--test-from", "2025-10-05", "--stride", "5", "--nightly", "--json", "--plot", plot);
        Assert.True(neat.GetProperty("beats_naive").GetBoolean());
        foreach (string part in new[] { "models", "coverage_90", "choice", "origins", "test_until" })
        {
            Assert.Equal(neat.GetProperty(part).GetRawText(), untidy.GetProperty(part).GetRawText());
        }

        Assert.Contains("</svg>", await File.ReadAllTextAsync(plot, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_battery_saves_the_same_by_a_neat_file_and_by_an_untidy_one()
    {
        string[] span = ["--test-from", "2025-09-17", "--days", "3", "--json"];
        JsonElement neat = await ReportAsync(["dispatch", "--data", Neat(), "--time", "at", "--load", "load", .. span]);
        JsonElement untidy = await ReportAsync(["dispatch", "--data", Untidy(), "--time", "day+hour:dd.MM.yyyy HH.mm", "--load", "Load; kW", .. span]);
        Assert.Equal(neat.GetRawText(), untidy.GetRawText());
        JsonElement site = Assert.Single(neat.GetProperty("sites").EnumerateArray());
        Assert.True(site.GetProperty("planned").GetDouble() < site.GetProperty("nothing").GetDouble());
        Assert.True(site.GetProperty("perfect").GetDouble() <= site.GetProperty("planned").GetDouble() + 1e-6);
        Assert.Equal(72, neat.GetProperty("steps").GetInt32());
    }

    [Theory]
    [InlineData("--horizon 0 is outside its range: 1 to 1000", "forecast", "--time", "at", "--value", "load", "--test-from", "2025-10-05", "--horizon", "0")]
    [InlineData("--test-from 'soon' is no date", "forecast", "--time", "at", "--value", "load", "--test-from", "soon")]
    [InlineData("nonsense", "forecast", "--time", "at", "--value", "nonsense", "--test-from", "2025-10-05")]
    [InlineData("say which column is the load", "dispatch", "--time", "at", "--test-from", "2025-10-05")]
    [InlineData("hour 6 has no price", "dispatch", "--time", "at", "--load", "load", "--test-from", "2025-10-05", "--tariff", "00-06:0.1")]
    [InlineData("does not lie within", "dispatch", "--time", "at", "--load", "load", "--test-from", "2025-08-05")]
    public async Task Wrong_use_is_named_with_its_value(string message, string command, params string[] arguments)
    {
        await using BuiltProgram program = BuiltProgram.Cli(["evaluate", command, "--data", Neat(), .. arguments]);
        Assert.Equal(2, await program.ExitCodeAsync(Patience));
        Assert.Contains(message, program.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ReportAsync(params string[] arguments)
    {
        await using BuiltProgram program = BuiltProgram.Cli(["evaluate", .. arguments]);
        Assert.True(await program.ExitCodeAsync(Patience) == 0, program.Error + program.Output);
        return JsonDocument.Parse(program.Output).RootElement;
    }

    // Quarters, so that the mean of two of them is the same number however it is computed.
    private static double Load(int hour) =>
        Math.Round(4 * (20 + (8 * Math.Sin(2 * Math.PI * (hour % 24) / 24)) + (hour / 24 % 7 >= 5 ? -4 : 0) + (hour * 7919 % 101 / 40.0))) / 4;

    private static bool IsMissing(int hour) => hour == SkippedHour || hour % 211 == 17;

    private string Neat()
    {
        string file = Path.Combine(_folder, "neat.csv");
        File.WriteAllLines(file,
        [
            "at,load",
            .. Enumerable.Range(0, Hours).Select(hour => string.Create(CultureInfo.InvariantCulture, $"{Begin.AddHours(hour):yyyy-MM-dd HH:mm:ss},{(IsMissing(hour) ? "" : Load(hour))}")),
        ]);
        return file;
    }

    // Semicolons, decimal commas, rows in any order, every fiftieth twice, codes for what is missing, an hour that local time skips and one that it repeats.
    private string Untidy()
    {
        string[] codes = ["NA", "-200", "-7999"];
        string file = Path.Combine(_folder, "untidy.csv");
        IEnumerable<string> rows = Enumerable.Range(0, Hours).Where(hour => hour != SkippedHour).SelectMany(hour =>
            IsMissing(hour) ? [Row(hour, codes[hour % 3])]
            : hour == RepeatedHour ? [Row(hour, Comma(Load(hour) - 0.25)), Row(hour, Comma(Load(hour) + 0.25))]
            : hour % 50 == 7 ? [Row(hour, Comma(Load(hour))), Row(hour, Comma(Load(hour)))]
            : new[] { Row(hour, Comma(Load(hour))) });
        File.WriteAllLines(file, ["day;hour;note;\"Load; kW\"", .. rows.Select((row, number) => (row, number)).OrderBy(one => one.number * 37 % 1_009).Select(one => one.row)]);
        return file;
    }

    private static string Comma(double value) => value.ToString("F2", CultureInfo.InvariantCulture).Replace('.', ',');

    private static string Row(int hour, string value) =>
        string.Create(CultureInfo.InvariantCulture, $"{Begin.AddHours(hour):dd.MM.yyyy};{Begin.AddHours(hour):HH.mm};well;{value}");
}
