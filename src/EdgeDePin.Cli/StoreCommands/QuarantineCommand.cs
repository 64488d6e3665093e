using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store quarantine</c>: points that were set aside, why, and how they come in after all.</summary>
internal static class QuarantineCommand
{
    private const int All = int.MaxValue;

    private static readonly Option<string> Data = new("--data") { Description = "The data folder of a stopped node.", HelpName = "DIR", Required = true };
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    public static Command Create() => new("quarantine", "Points that a stopped node's store set aside: list, show, replay.") { CreateList(), CreateShow(), CreateReplay() };

    private static Command CreateList()
    {
        var command = new ExplainedCommand("list", "Lists the points that were set aside, oldest first, each with its reason.",
            """
            Example:
              edgedepin store quarantine list --data demo-data/node-1

            Exit codes: 0 done, 3 the folder cannot be opened.
            """)
        { Data, Json };
        command.SetAction(parsed =>
        {
            Print([.. StoppedStore.With(parsed.GetValue(Data)!, store => store.ReadQuarantine(All)).Reverse()], parsed.GetValue(Json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var number = new Argument<long>("number") { Description = "As the list gives it." };
        var command = new ExplainedCommand("show", "Shows one of them.",
            """
            Example:
              edgedepin store quarantine show --data demo-data/node-1 17

            Exit codes: 0 done, 1 there is none of that number, 3 the folder cannot be opened.
            """)
        { number, Data, Json };
        command.SetAction(parsed =>
        {
            long asked = parsed.GetValue(number);
            QuarantinedPoint point = StoppedStore.With(parsed.GetValue(Data)!, store => store.ReadQuarantine(All)).FirstOrDefault(one => one.Number == asked)
                ?? throw new CommandFailure(ExitCode.No, $"There is no point number {asked} in quarantine; 'edgedepin store quarantine list' names those that are.");
            Print([point], parsed.GetValue(Json));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateReplay()
    {
        var numbers = new Argument<long[]>("numbers") { Description = "Which; none is all.", Arity = ArgumentArity.ZeroOrMore };
        var of = new Option<string?>("--of") { Description = "Only those of this measurement." };
        var measurement = new Option<string?>("--measurement") { Description = "Store them under this measurement." };
        var rename = new Option<string[]>("--rename-field") { Description = "Give a field another name.", HelpName = "OLD=NEW" };
        var cast = new Option<string[]>("--cast") { Description = "Give a field another type: float, integer, string, boolean.", HelpName = "FIELD=TYPE" };
        var scale = new Option<string[]>("--scale") { Description = "Multiply a field, and add: another unit.", HelpName = "FIELD=FACTOR[+ADDEND]" };
        var command = new ExplainedCommand("replay", "Repairs points that were set aside and stores them; what is stored leaves the quarantine.",
            """
            Examples:
              edgedepin store quarantine replay --data demo-data/node-1 --cast power=float
              edgedepin store quarantine replay --data demo-data/node-1 17 18 --rename-field value=value_text
              edgedepin store quarantine replay --data demo-data/node-1 --of weather --scale temperature=0.5555555555555556+-17.77777777777778

            Exit codes: 0 all stored, 1 some cannot be stored as they are, 2 wrong use, 3 the folder cannot be opened.
            """)
        { numbers, Data, of, measurement, rename, cast, scale, Json };
        command.SetAction(parsed =>
        {
            var repair = new PointRepair(
                parsed.GetValue(measurement),
                Pairs("--rename-field", parsed.GetValue(rename), text => text),
                Pairs("--cast", parsed.GetValue(cast), Kind),
                Pairs("--scale", parsed.GetValue(scale), Scale));
            List<ReplayOutcome> outcomes = StoppedStore.With(
                parsed.GetValue(Data)!, store => Replay(store, parsed.GetValue(numbers) ?? [], parsed.GetValue(of), repair));
            foreach (ReplayOutcome one in outcomes.Where(_ => !parsed.GetValue(Json)))
            {
                Console.WriteLine($"{one.Number}: {(one.Problem is null ? $"stored as {one.Line}" : $"not stored: {one.Problem}")}");
            }

            if (parsed.GetValue(Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(outcomes, QuarantineJson.Default.ListReplayOutcome));
            }

            return outcomes.TrueForAll(one => one.Problem is null) ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static List<ReplayOutcome> Replay(Store store, long[] numbers, string? of, PointRepair repair)
    {
        var outcomes = new List<ReplayOutcome>();
        foreach (QuarantinedPoint one in store.ReadQuarantine(All).Reverse().Where(one => numbers.Length == 0 || numbers.Contains(one.Number)))
        {
            LineBatch read = LineProtocol.Decode(Encoding.UTF8.GetBytes(one.Line), 0);
            if (read.Points is not [Point point] || (of is not null && point.Measurement != of))
            {
                continue;
            }

            try
            {
                Point repaired = repair.Of(point);
                string? problem = store.Replay(one.Number, repaired);
                outcomes.Add(new ReplayOutcome(one.Number, repaired.ToString(), problem));
            }
            catch (Exception error) when (error is FormatException or ArgumentException)
            {
                outcomes.Add(new ReplayOutcome(one.Number, one.Line, error.Message));
            }
        }

        return outcomes;
    }

    private static void Print(List<QuarantinedPoint> points, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(points, QuarantineJson.Default.ListQuarantinedPoint));
            return;
        }

        foreach (QuarantinedPoint point in points)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{point.Number} {point.At:yyyy-MM-ddTHH:mm:ssZ} {(point.Destination.Length == 0 ? "store" : point.Destination)}: {point.Reason}\n  {point.Line}"));
        }
    }

    private static Dictionary<string, T> Pairs<T>(string option, string[]? texts, Func<string, T> value)
    {
        var pairs = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (string text in texts ?? [])
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            try
            {
                pairs[equals > 0 ? text[..equals] : throw new FormatException("write a name, '=' and a value")] = value(text[(equals + 1)..]);
            }
            catch (FormatException error)
            {
                throw new CommandFailure(ExitCode.WrongUse, $"{option} '{text}': {error.Message}.", error);
            }
        }

        return pairs;
    }

    private static FieldKind Kind(string text) => text switch
    {
        "float" => FieldKind.Float,
        "integer" => FieldKind.Integer,
        "string" => FieldKind.String,
        "boolean" => FieldKind.Boolean,
        _ => throw new FormatException("the types are float, integer, string and boolean"),
    };

    private static (double, double) Scale(string text)
    {
        string[] parts = text.Split('+', 2);
        return (Number(parts[0]), parts.Length == 2 ? Number(parts[1]) : 0);
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : throw new FormatException($"'{text}' is no number");
}

/// <param name="Line">The point as it was stored, or as it would have been.</param>
/// <param name="Problem">Why it was not; null when it was.</param>
internal sealed record ReplayOutcome(long Number, string Line, string? Problem);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<QuarantinedPoint>))]
[JsonSerializable(typeof(List<ReplayOutcome>))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
