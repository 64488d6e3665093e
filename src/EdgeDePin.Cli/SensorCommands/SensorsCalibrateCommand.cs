using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeDePin.Analytics;
using EdgeDePin.Cli.EvaluateCommands;
using EdgeDePin.Model;

namespace EdgeDePin.Cli.SensorCommands;

/// <summary><c>edgedepin sensors calibrate</c>: learns a line from a sensor to a reference that stood beside it, and says whether it is worth using.</summary>
internal static class SensorsCalibrateCommand
{
    public static Command Create()
    {
        var quantity = new Option<string>("--quantity") { Description = "What both measure.", HelpName = "QUANTITY", Required = true };
        var data = new Option<string?>("--data") { Description = "What the sensor said, uncalibrated: a table of any form ('edgedepin store export --format csv' makes one).", HelpName = "FILE.csv" };
        var value = new Option<string>("--value") { Description = "Column of the sensor; with --store the sensor, as SENSOR or NODE/SENSOR.", HelpName = "COL", Required = true };
        var time = new Option<string?>("--time") { Description = "Column of its instants, UTC.", HelpName = "COL[:FORMAT]" };
        var store = new Option<string?>("--store") { Description = "A running node (http://127.0.0.1:8080) or the data folder of a stopped one, instead of --data.", HelpName = "URL|DIR" };
        var days = new Option<int>("--days") { Description = "With --store: of the last days, 14 to 3660.", DefaultValueFactory = _ => 90 };
        var asStored = new Option<bool>("--as-stored") { Description = "With --store: the sensor had no calibration in that span, whatever its store says of earlier ones." };
        var reference = new Option<string?>("--reference") { Description = "The table of the reference. Default: the same table or store.", HelpName = "FILE.csv" };
        var referenceValue = new Option<string>("--reference-value") { Description = "Column of the reference; of a store the sensor that is one.", HelpName = "COL", Required = true };
        var referenceTime = new Option<string?>("--reference-time") { Description = "Column of its instants, UTC. Default: as --time.", HelpName = "COL[:FORMAT]" };
        var note = new Option<string>("--note") { Description = "Which reference it was, for the provenance.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var into = new Option<string?>("--into") { Description = "Put it into this configuration.", HelpName = "NODE.json" };
        var sensor = new Option<string?>("--sensor") { Description = "Of that sensor.", HelpName = "ID" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExplainedCommand("calibrate",
            "Learns slope and offset from a sensor and a reference that stood beside it: hourly means, blind to outliers, learned on the first 70 % and judged on the rest.",
            """
            Examples:
              edgedepin sensors calibrate --quantity pm2_5 --data sds011.csv --time timestamp --value P2 --reference station.csv --reference-time Time --reference-value pm25 --note "station Market St"
              edgedepin sensors calibrate --quantity temperature --data both.csv --time at --value mine --reference-value theirs --into node.json --sensor bme280
              edgedepin sensors calibrate --quantity temperature --store http://127.0.0.1:8080 --value roof --reference-value sht4x --into node.json --sensor roof
              edgedepin sensors calibrate --quantity pm2_5 --store data/node-1 --value street --reference station.csv --reference-time Time --reference-value pm25

            The entry for Calibrations is printed, with its provenance, and put into the configuration with --into. One that is not better by 5 % on what it has not seen is
            not worth using, and is not written.

            Exit codes: 0 it is worth using, 1 it is not, 2 wrong use or too few common hours, 3 a file cannot be read or written.
            """)
        { quantity, data, value, time, store, days, asStored, reference, referenceValue, referenceTime, note, into, sensor, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Quantity what = Measured(parsed.GetValue(quantity)!);
            if (parsed.GetValue(into) is null != parsed.GetValue(sensor) is null)
            {
                throw new CommandFailure(ExitCode.WrongUse, "--into and --sensor belong together: say which sensor of which configuration.");
            }

            if (parsed.GetValue(store) is null == parsed.GetValue(data) is null)
            {
                throw new CommandFailure(ExitCode.WrongUse, "Say where the sensor's values are: --data FILE.csv with --time COL, or --store with a node's address or data folder.");
            }

            string mine = parsed.GetValue(value)!, theirs = parsed.GetValue(referenceValue)!;
            StoredHours? stored = parsed.GetValue(store) is { } node
                ? new StoredHours(node, what, EvaluateForecastCommand.Within("--days", parsed.GetValue(days), 14, 3_660)) : null;
            if (stored is not null && !parsed.GetValue(asStored) && await stored.CalibrationAsync(mine, cancellationToken) is { } before)
            {
                throw new CommandFailure(ExitCode.WrongUse,
                    $"--value {mine}: its stored values are calibrated already ({before}). Take that out of Calibrations, wait for two weeks of values as the chip says them, and add --as-stored.");
            }

            SortedDictionary<DateTime, double> own = stored is not null
                ? await stored.ReadAsync(mine, cancellationToken)
                : Table(parsed.GetValue(data)!, parsed.GetValue(time), "--time", mine);
            SortedDictionary<DateTime, double> right = stored is not null && parsed.GetValue(reference) is null
                ? await stored.ReadAsync(theirs, cancellationToken)
                : Table(parsed.GetValue(reference) ?? parsed.GetValue(data)!, parsed.GetValue(referenceTime) ?? parsed.GetValue(time), "--reference-time", theirs);
            HourlyPairs pairs = HourlyPairs.Of(own, right);
            RobustCalibration line = Learn(what, pairs);
            string source = Path.GetFileName(parsed.GetValue(reference) ?? parsed.GetValue(data) ?? "");
            string about = parsed.GetValue(note) is { Length: > 0 } given ? given : $"{source} {theirs}".Trim();
            JsonObject entry = Entry(line, pairs, about);
            Print(line, pairs, entry, parsed.GetValue(json));
            if (line.IsUseful && parsed.GetValue(into) is { } configuration)
            {
                ConfiguredCalibration.Put(configuration, parsed.GetValue(sensor)!, entry);
            }

            return line.IsUseful ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static SortedDictionary<DateTime, double> Table(string file, string? time, string option, string value) => time is not null
        ? HourlyPairs.Hours(EvaluateForecastCommand.Read(file, time, value, [], []))
        : throw new CommandFailure(ExitCode.WrongUse, $"{option}: say which column of {file} has the instants.");

    private static Quantity Measured(string name) => Quantity.TryParse(name, out Quantity quantity)
        ? quantity
        : throw new CommandFailure(ExitCode.WrongUse, $"--quantity: there is no '{name}'; 'edgedepin sensors list' names what chips measure.");

    private static RobustCalibration Learn(Quantity quantity, HourlyPairs pairs)
    {
        try
        {
            return RobustCalibration.Learn(quantity, pairs.Pairs);
        }
        catch (FormatException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }

    private static JsonObject Entry(RobustCalibration line, HourlyPairs pairs, string about)
    {
        string provenance = string.Create(
            CultureInfo.InvariantCulture,
            $"{about}; {line.Learned} hours from {pairs.From:yyyy-MM-dd}, error of {line.HeldBack} later ones {line.RawError:0.###} -> {line.Error:0.###} {line.Quantity.Unit}");
        return new JsonObject
        {
            ["Quantity"] = line.Quantity.Name,
            ["Slope"] = Math.Round(line.Slope, 5),
            ["Offset"] = Math.Round(line.Offset, 5),
            ["Provenance"] = provenance.Length <= 200 ? provenance : provenance[^200..],
        };
    }

    private static void Print(RobustCalibration line, HourlyPairs pairs, JsonObject entry, bool json)
    {
        if (json)
        {
            Console.WriteLine(new JsonObject
            {
                ["isUseful"] = line.IsUseful,
                ["rawError"] = line.RawError,
                ["error"] = line.Error,
                ["learned"] = line.Learned,
                ["heldBack"] = line.HeldBack,
                ["from"] = pairs.From.ToString("O", CultureInfo.InvariantCulture),
                ["calibration"] = entry.DeepClone(),
            }.ToJsonString());
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{pairs.Pairs.Count} common hours from {pairs.From:yyyy-MM-dd HH:mm}; learned on {line.Learned}, judged on {line.HeldBack} later ones"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"mean distance to the reference, of hours not learned from: {line.RawError:0.###} {line.Quantity.Unit} as it is, {line.Error:0.###} {line.Quantity.Unit} calibrated"));
        Console.WriteLine(line.IsUseful
            ? $"Calibrations: [ {entry.ToJsonString()} ]"
            : $"slope {entry["Slope"]}, offset {entry["Offset"]}: not worth using, it gains less than 5 % (or the slope is not of 0.2 to 5)");
    }
}
