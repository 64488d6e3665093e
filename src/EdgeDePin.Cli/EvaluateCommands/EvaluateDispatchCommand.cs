using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.Analytics;
using EdgeDePin.Balance;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary><c>edgedepin evaluate dispatch</c>: what planning a battery is worth, against the forecast's real error.</summary>
internal static class EvaluateDispatchCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Text file with a header, as for 'evaluate forecast'; steps of an hour or less.", HelpName = "FILE.csv", Required = true };
        var time = new Option<string>("--time") { Description = "Column of the instants.", HelpName = "COL[:FORMAT]", Required = true };
        var load = new Option<string?>("--load") { Description = "Column of the load; with --neighbourhood the file names columns.", HelpName = "COL" };
        var solar = new Option<string?>("--solar") { Description = "Column of the solar power in kW. Default: a simulated sky.", HelpName = "COL" };
        var mean = new Option<double>("--mean-kw") { Description = "What the load is scaled to, in the mean. Default 0.6.", HelpName = "KW", DefaultValueFactory = _ => 0.6 };
        var peak = new Option<double>("--solar-kwp") { Description = "Panels under the simulated sky. Default 5.", HelpName = "KW", DefaultValueFactory = _ => 5 };
        var capacity = new Option<double>("--battery-kwh") { Description = "Default 8.", HelpName = "KWH", DefaultValueFactory = _ => 8 };
        var power = new Option<double>("--battery-kw") { Description = "Default 4.", HelpName = "KW", DefaultValueFactory = _ => 4 };
        var tariff = new Option<string>("--tariff") { Description = $"Hours and prices. Default {Tariff.Default}.", HelpName = "SPANS", DefaultValueFactory = _ => Tariff.Default };
        var sell = new Option<double>("--sell") { Description = "What the grid pays for a kilowatt-hour. Default 0.08.", HelpName = "PRICE", DefaultValueFactory = _ => 0.08 };
        var from = new Option<string>("--test-from") { Description = "The first instant simulated; forecasters learn what stands before it.", HelpName = "DATE", Required = true };
        var days = new Option<int>("--days") { Description = "Days simulated. Default 28.", HelpName = "N", DefaultValueFactory = _ => 28 };
        var neighbourhood = new Option<string?>("--neighbourhood") { Description = "Several sites that share what is left over.", HelpName = "FILE.json" };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new ExplainedCommand("dispatch",
            "Simulates a battery that is planned anew every step from forecasts, and compares what it saves with the optimum.",
            """
            Forecasters learn from what stands before --test-from. Every step a plan is made for the next 36 hours, its first step is carried out
            against the load and the sun that really came, and the next plan begins where that ended.

            Examples:
              edgedepin evaluate dispatch --data ETTh1.csv --time date --load HUFL --test-from 2018-03-01
              edgedepin evaluate dispatch --data ETTh1.csv --time date --neighbourhood deployment/neighbourhoods/sample.json --test-from 2018-03-01 --days 14

            Exit codes: 0 cheaper than doing nothing (and than each for itself), 1 not so, 2 wrong use or a file that is no series.
            """)
        { data, time, load, solar, mean, peak, capacity, power, tariff, sell, from, days, neighbourhood, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            SampleNeighbourhood sample = parsed.GetValue(neighbourhood) is { } file
                ? SampleNeighbourhood.Read(file)
                : new SampleNeighbourhood(parsed.GetValue(tariff)!, parsed.GetValue(sell), 48,
                    [new SampleSite("site", parsed.GetValue(load) ?? throw new CommandFailure(ExitCode.WrongUse, "say which column is the load with --load COL, or name sites with --neighbourhood FILE."),
                        parsed.GetValue(mean), parsed.GetValue(peak), 1, parsed.GetValue(capacity), parsed.GetValue(power))]);
            sample.Check();
            Tariff prices = OptionTariff(sample);
            DateTime test = EvaluateForecastCommand.Date("--test-from", parsed.GetValue(from)!);
            int count = EvaluateForecastCommand.Within("--days", parsed.GetValue(days), 1, 366);
            (DispatchResult together, DispatchResult[] alone) = Run(sample, prices, parsed.GetValue(data)!, parsed.GetValue(time)!, parsed.GetValue(solar), test, count, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? Json(sample, together, alone) : Table(sample, together, alone));
            bool better = together.Planned <= together.Nothing + 1e-9 && (alone.Length == 1 || together.Planned <= alone.Sum(one => one.Planned) + 1e-9);
            return Task.FromResult(better ? ExitCode.Done : ExitCode.No);
        });
        return command;
    }

    private static Tariff OptionTariff(SampleNeighbourhood sample)
    {
        try
        {
            return Tariff.Parse(sample.Tariff, sample.Sell);
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--tariff: {error.Message}", error);
        }
    }

    private static (DispatchResult Together, DispatchResult[] Alone) Run(
        SampleNeighbourhood sample, Tariff prices, string data, string time, string? solarColumn, DateTime from, int days, CancellationToken cancellationToken)
    {
        var sites = new List<SimulatedSite>();
        GriddedSeries? calendar = null;
        int test = 0;
        foreach (SampleSite site in sample.Sites)
        {
            GriddedSeries series = EvaluateForecastCommand.Read(data, time, site.Load, solarColumn is null ? [] : [solarColumn], []);
            if (series.Step.Months > 0 || series.Step.Length > TimeSpan.FromHours(1))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"{data}: steps of {series.Step} are too long to run a battery by; an hour or less is needed.");
            }

            (calendar, test) = (series, series.FirstAtOrAfter(from));
            int steps = (int)(TimeSpan.FromDays(days) / series.Step.Length);
            if (test < TimeSpan.FromDays(30) / series.Step.Length || test + steps > series.Values.Length)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--test-from {from:u} with --days {days} does not lie within {data} ({series.At(0):u} to {series.At(series.Values.Length - 1):u}) with a month before it.");
            }

            double[]? solar = solarColumn is null ? null : [.. series.Exogenous[0].Values.Select(value => double.IsNaN(value) ? value : Math.Max(0, value))];
            sites.Add(DispatchScenario.Site(site, series, solar, sample.Latitude, test, steps, cancellationToken));
        }

        DispatchResult together = DispatchScenario.Simulate(sites, prices, calendar!, test, cancellationToken);
        DispatchResult[] alone = sites.Count == 1 ? [together] : [.. sites.Select(site => DispatchScenario.Simulate([site], prices, calendar!, test, cancellationToken))];
        return (together, alone);
    }

    private static string Table(SampleNeighbourhood sample, DispatchResult together, DispatchResult[] alone)
    {
        var text = new StringBuilder($"{together.Steps:N0} steps simulated; money over the span\n\n{"",-20} {"nothing",9} {"rule",9} {"planned",9} {"perfect",9} {"of the saving",14}\n");
        for (int site = 0; site < alone.Length; site++)
        {
            Line(text, sample.Sites[site].Name, alone[site]);
        }

        if (alone.Length > 1)
        {
            Line(text, "together", together);
            double apart = alone.Sum(one => one.Planned);
            text.AppendLine($"\nTogether {together.Planned:F2}, each for itself {apart:F2}: {100 * Cheaper(together, alone):F1} % cheaper.");
        }

        text.Append($"What most often shaped the plans: {string.Join(", ", together.Binding.OrderByDescending(limit => limit.Value).Take(4).Select(limit => $"{limit.Key} ({limit.Value} steps)"))}.");
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, DispatchResult result) =>
        text.AppendLine($"{name,-20} {result.Nothing,9:F2} {result.Rule,9:F2} {result.Planned,9:F2} {result.Perfect,9:F2} {100 * result.SavingShare,12:F1} %");

    private static double Cheaper(DispatchResult together, DispatchResult[] alone)
    {
        double apart = alone.Sum(one => one.Planned);
        return Math.Abs(apart) < 1e-9 ? 0 : (apart - together.Planned) / Math.Abs(apart);
    }

    private static string Json(SampleNeighbourhood sample, DispatchResult together, DispatchResult[] alone) => new JsonObject
    {
        ["steps"] = together.Steps,
        ["sites"] = new JsonArray([.. alone.Select((one, site) => (JsonNode)Figures(sample.Sites[site].Name, one))]),
        ["together"] = alone.Length > 1 ? Figures("together", together) : null,
        ["cheaper_than_apart"] = alone.Length > 1 ? Cheaper(together, alone) : null,
        ["binding"] = new JsonObject(together.Binding.Select(limit => KeyValuePair.Create<string, JsonNode?>(limit.Key, limit.Value))),
    }.ToJsonString(Indented);

    private static JsonObject Figures(string name, DispatchResult result) => new()
    {
        ["name"] = name,
        ["nothing"] = result.Nothing,
        ["rule"] = result.Rule,
        ["planned"] = result.Planned,
        ["perfect"] = result.Perfect,
        ["saving_share"] = result.SavingShare,
    };
}
