using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.Analytics;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>A forecast report for people and for programs.</summary>
internal static class ForecastReportText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Table(GriddedSeries series, ForecastReport report)
    {
        var text = new StringBuilder();
        text.AppendLine($"{series.Name}: {string.Join(' ', series.Notes)}");
        text.AppendLine($"learned {report.TrainFrom:yyyy-MM-dd HH:mm} to {report.ValidateFrom:yyyy-MM-dd HH:mm}, chosen by what follows, tested {report.TestFrom:yyyy-MM-dd HH:mm} to {report.TestUntil:yyyy-MM-dd HH:mm}: {report.Origins:N0} origins, {report.Stride} apart.");
        text.AppendLine(report.Choice.Used == ForecastChoice.Combined
            ? $"In use: the combination ({report.Choice.Reason})."
            : $"In use: '{report.Choice.Used}'. The model is not used: {report.Choice.Reason}.");
        text.AppendLine();
        text.AppendLine($"{"model",-24} {"MAE",10} {"RMSE",10} {(report.HasPercent ? "MAPE %" : ""),8} {"MASE",7} {"MSE norm.",10} {"MAE norm.",10}");
        foreach (ForecastFigures model in report.Models)
        {
            text.AppendLine($"{model.Name,-24} {model.Mae,10:G5} {model.Rmse,10:G5} {(report.HasPercent ? $"{model.Mape:F2}" : ""),8} {Mase(model, report),7:F3} {Squared(model, report),10:F4} {model.Mae / report.ScaleDeviation,10:F4}");
        }

        text.AppendLine();
        text.AppendLine($"90 % band: holds {100 * report.Coverage.Share:F1} % of {report.Coverage.Judged:N0} truths, {report.BandWidth:G4} wide in the mean.");
        text.Append("by lead:");
        foreach (int lead in Leads(report))
        {
            text.Append($"  +{lead + 1}: MAE {report.Models[0].Leads[lead].Mae:G4} RMSE {report.Models[0].Leads[lead].Rmse:G4} (last value {report.Models[1].Leads[lead].Rmse:G4})");
        }

        return text.ToString();
    }

    public static string Json(GriddedSeries series, ForecastReport report) => new JsonObject
    {
        ["series"] = series.Name,
        ["step"] = series.Step.ToString(),
        ["notes"] = new JsonArray([.. series.Notes.Select(note => (JsonNode)note)]),
        ["train_from"] = report.TrainFrom.ToString("s"),
        ["validate_from"] = report.ValidateFrom.ToString("s"),
        ["test_from"] = report.TestFrom.ToString("s"),
        ["test_until"] = report.TestUntil.ToString("s"),
        ["origins"] = report.Origins,
        ["stride"] = report.Stride,
        ["horizon"] = report.Models[0].Leads.Count,
        ["used"] = report.Choice.Used,
        ["beats_naive"] = report.Choice.Used == ForecastChoice.Combined,
        ["reason"] = report.Choice.Reason,
        ["choice"] = new JsonObject
        {
            ["linear"] = new JsonArray([.. report.Choice.Ridges.Select(ridge => (JsonNode)new JsonObject { ["name"] = ridge.Shape, ["penalty"] = ridge.Penalty })]),
            ["trees"] = report.Choice.Trees,
            ["power"] = report.Choice.Power,
            ["span"] = report.Choice.Span,
        },
        ["coverage_90"] = report.Coverage.Share,
        ["band_width"] = report.BandWidth,
        ["scale_deviation"] = report.ScaleDeviation,
        ["models"] = new JsonArray([.. report.Models.Select((model, number) => (JsonNode)Json(model, report, number == 0))]),
    }.ToJsonString(Indented);

    private static JsonObject Json(ForecastFigures model, ForecastReport report, bool used) => new()
    {
        ["name"] = model.Name,
        ["used"] = used,
        ["mae"] = model.Mae,
        ["rmse"] = model.Rmse,
        ["mape"] = report.HasPercent ? model.Mape : null,
        ["mase"] = Mase(model, report),
        ["mse_normalised"] = Squared(model, report),
        ["mae_normalised"] = model.Mae / report.ScaleDeviation,
        ["forecasts"] = model.All.Count,
        ["mae_by_lead"] = new JsonArray([.. model.Leads.Select(lead => (JsonNode)lead.Mae)]),
        ["rmse_by_lead"] = new JsonArray([.. model.Leads.Select(lead => (JsonNode)lead.Rmse)]),
    };

    private static double Mase(ForecastFigures model, ForecastReport report) => report.NaiveMae > 0 ? model.Mae / report.NaiveMae : 0;

    private static double Squared(ForecastFigures model, ForecastReport report)
    {
        double scaled = model.Rmse / report.ScaleDeviation;
        return scaled * scaled;
    }

    private static IEnumerable<int> Leads(ForecastReport report) =>
        new[] { 0, 2, 5, 11, 23, report.Models[0].Leads.Count - 1 }.Where(lead => lead < report.Models[0].Leads.Count).Distinct();
}
