using System.CommandLine;
using System.Text;
using EdgeDePin.Analytics;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary><c>edgedepin evaluate forecast</c>: forecasters on any series, beside naive and classical rules.</summary>
internal static class EvaluateForecastCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Text file with a header: any delimiter, decimal point or comma, rows in any order.", HelpName = "FILE.csv", Required = true };
        var time = new Option<string>("--time") { Description = "Column of the instants, and how they are written; columns that make it together are joined with +.", HelpName = "COL[:FORMAT]", Required = true };
        var value = new Option<string>("--value") { Description = "Column to predict.", HelpName = "COL", Required = true };
        var exogenous = new Option<string[]>("--exogenous") { Description = "Columns that were measured beside it; known up to each origin, not beyond.", HelpName = "COL", AllowMultipleArgumentsPerToken = true };
        var horizon = new Option<int>("--horizon") { Description = "Steps to predict. Default 24.", HelpName = "N", DefaultValueFactory = _ => 24 };
        var testFrom = new Option<string>("--test-from") { Description = "The first instant that nothing is fitted on.", HelpName = "DATE", Required = true };
        var testUntil = new Option<string?>("--test-until") { Description = "The instant after the last one tested. Default: the end.", HelpName = "DATE" };
        var validateFrom = new Option<string?>("--validate-from") { Description = "Where the span begins that settings are chosen by. Default: a quarter before the test, at most a year.", HelpName = "DATE" };
        var stride = new Option<int?>("--stride") { Description = $"Steps from one origin to the next. Default 1; more where that makes more than {ForecastEvaluation.MaxOrigins:N0} origins.", HelpName = "N" };
        var missing = new Option<string[]>("--missing") { Description = "Codes for missing values, beside the usual ones.", HelpName = "CODE", AllowMultipleArgumentsPerToken = true };
        var quick = new Option<bool>("--nightly") { Description = "With no more effort than a device spends at night." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var plot = new Option<string?>("--plot") { Description = "Draw the end of the test into this file.", HelpName = "OUT.svg" };
        var command = new ExplainedCommand("forecast",
            "Trains forecasters on what came before a date, predicts what came after, and prints what each was worth.",
            """
            Nothing is fitted on the test span: settings are chosen on the end of what comes before it. What the combination learns while it
            runs (weights, widths of bands) comes from forecasts whose truth had arrived by then. Repeated instants are averaged, gaps stay
            gaps for the score, and a forecast is judged only where the value before it was observed.

            Examples:
              edgedepin evaluate forecast --data PJME_hourly.csv --time Datetime --value PJME_MW --horizon 24 --test-from 2015-01-01
              edgedepin evaluate forecast --data pollution.csv --time year+month+day+hour --value pm2.5 --exogenous DEWP TEMP PRES cbwd Iws --test-from 2014-01-01
              edgedepin evaluate forecast --data meter.csv --time "Date+Time:dd/MM/yyyy HH.mm.ss" --value kW --missing n/v --test-from 2024-06-01 --plot out.svg

            Exit codes: 0 the model beats the naive rules, 1 it does not and the best of those is used, 2 wrong use or a file that is no series.
            """)
        { data, time, value, exogenous, horizon, testFrom, testUntil, validateFrom, stride, missing, quick, json, plot };
        command.SetAction((parsed, cancellationToken) =>
        {
            int steps = Within("--horizon", parsed.GetValue(horizon), 1, 1_000);
            int? apart = parsed.GetValue(stride) is { } given ? Within("--stride", given, 1, 1_000_000) : null;
            string file = parsed.GetValue(data)!;
            GriddedSeries series = Read(file, parsed.GetValue(time)!, parsed.GetValue(value)!, parsed.GetValue(exogenous) ?? [], parsed.GetValue(missing) ?? []);
            ForecastReport report;
            try
            {
                report = ForecastEvaluation.Run(
                    series, steps, Date("--test-from", parsed.GetValue(testFrom)!), OptionText.Read("--test-until", parsed.GetValue(testUntil), text => Date("--test-until", text)),
                    OptionText.Read("--validate-from", parsed.GetValue(validateFrom), text => Date("--validate-from", text)), apart,
                    parsed.GetValue(quick) ? ForecastEffort.Nightly : ForecastEffort.Thorough, cancellationToken);
            }
            catch (SeriesException error)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"{file}: {error.Message}", error);
            }

            if (parsed.GetValue(plot) is { } picture)
            {
                File.WriteAllText(picture, ForecastPicture.Draw(series.Name, report));
            }

            Console.WriteLine(parsed.GetValue(json) ? ForecastReportText.Json(series, report) : ForecastReportText.Table(series, report));
            return Task.FromResult(report.Choice.Used == ForecastChoice.Combined ? ExitCode.Done : ExitCode.No);
        });
        return command;
    }

    internal static GriddedSeries Read(string file, string time, string value, string[] exogenous, string[] missing)
    {
        try
        {
            // Latin-1 reads every byte; names and numbers of either encoding survive, and nothing is refused for a degree sign.
            Encoding encoding = IsUtf8(file) ? Encoding.UTF8 : Encoding.Latin1;
            return new SeriesFile(file, () => new StreamReader(file, encoding)).Read(SeriesColumns.Parse(time, value, exogenous, missing));
        }
        catch (Exception error) when (error is SeriesException or FormatException)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"--data '{file}' cannot be read: {error.Message}", error);
        }
    }

    internal static DateTime Date(string option, string text) =>
        StampFormat.Known.Where(format => format.Text.StartsWith('y') || format.Text == "iso").Select(format => format.TryRead(text, out DateTime at) ? at : (DateTime?)null).FirstOrDefault(at => at is not null)
        ?? throw new CommandFailure(ExitCode.WrongUse, $"{option} '{text}' is no date: write 2015-01-01 or 2015-01-01 06:00.");

    internal static int Within(string option, int value, int least, int most) => value >= least && value <= most
        ? value
        : throw new CommandFailure(ExitCode.WrongUse, $"{option} {value} is outside its range: {least} to {most}.");

    private static bool IsUtf8(string file)
    {
        byte[] head = new byte[65_536];
        using FileStream stream = File.OpenRead(file);
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);

        // A character may be cut at the end of the head.
        for (int cut = 0; cut < 4 && read - cut >= 0; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(head.AsSpan(0, read - cut)))
            {
                return true;
            }
        }

        return false;
    }
}
