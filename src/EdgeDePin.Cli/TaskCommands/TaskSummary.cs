using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Confining;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>What became of one input.</summary>
/// <param name="Input">Its file; null for the empty input.</param>
/// <param name="Result">Null without one.</param>
/// <param name="Cause">Why there is none.</param>
internal sealed record TaskLine(string? Input, GuestOutcome.Completed? Result, string? Cause, ExecutionRecord Record);

/// <summary>A job's outcome, for people or for programs.</summary>
internal sealed class TaskSummary(
    ModuleFacts facts, RunResult run, IReadOnlyList<ExecutionRecord> records, TimeSpan elapsed, TaskOptions options, Protections held)
{
    public IReadOnlyList<TaskLine> Tasks { get; } = [.. records
        .Where(record => record.Kind == WasmTask.Kind).OrderBy(record => record.Number)
        .Select(record => Line(record, run.Outcomes[record.Task], options.Inputs))];

    public void Print()
    {
        if (options.Json)
        {
            Console.Out.WriteLine(Json().ToJsonString());
            return;
        }

        foreach (TaskLine task in Tasks)
        {
            string name = task.Input ?? "(empty input)";
            if (task.Result is not { } result)
            {
                Console.Error.WriteLine($"{name}: {Plain(task.Cause!)}");
                continue;
            }

            if (options.As is null)
            {
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name}: {result.Output.Length} bytes, digest {Digest.Of(result.Output)}, fuel {result.Fuel:N0}, {task.Record.RunTime.TotalMilliseconds:N1} ms"));
            }
            else
            {
                Console.Out.Write(Shown(result.Output));
            }
        }
    }

    private static TaskLine Line(ExecutionRecord record, TaskOutcome outcome, IReadOnlyList<string> inputs) => new(
        record.Number <= inputs.Count ? inputs[record.Number - 1] : null,
        outcome is TaskOutcome.Succeeded succeeded ? GuestOutcome.Completed.Unpack(succeeded.Output) : null,
        outcome switch
        {
            TaskOutcome.Failed failed => failed.Cause,
            TaskOutcome.Skipped skipped => skipped.Cause,
            TaskOutcome.Cancelled => "cancelled",
            _ => null,
        },
        record);

    private JsonObject Json() => new()
    {
        ["module"] = facts.Digest.ToString(),
        ["moduleBytes"] = facts.Bytes,
        ["floats"] = facts.UsesFloats,
        ["run"] = run.RunId,
        ["lanes"] = options.Lanes,
        ["seconds"] = elapsed.TotalSeconds,
        ["fuel"] = Tasks.Sum(task => task.Result?.Fuel ?? 0),
        ["held"] = new JsonArray([.. Enum.GetValues<Protections>()
            .Where(one => one is not (Protections.None or Protections.Needed) && held.HasFlag(one)).Select(one => (JsonNode)Name(one.ToString()))]),
        ["tasks"] = new JsonArray([.. Tasks.Select(task => (JsonNode)Json(task))]),
    };

    private JsonObject Json(TaskLine task)
    {
        var line = new JsonObject
        {
            ["input"] = task.Input,
            ["task"] = task.Record.Task,
            ["inputDigest"] = task.Record.Input?.ToString(),
            ["outcome"] = task.Result is null ? Name(Plain(task.Cause!).Split(':')[0]) : "completed",
            ["lane"] = task.Record.Lane,
            ["waitMs"] = task.Record.Wait.TotalMilliseconds,
            ["runMs"] = task.Record.RunTime.TotalMilliseconds,
        };
        if (task.Result is { } result)
        {
            line["fuel"] = result.Fuel;
            line["outputBytes"] = result.Output.Length;
            line["outputDigest"] = Digest.Of(result.Output).ToString();
            if (options.As is not null)
            {
                line["output"] = Shown(result.Output).TrimEnd('\n');
            }
        }
        else
        {
            line["cause"] = Plain(task.Cause!);
        }

        return line;
    }

    private string Shown(byte[] output) => options.As switch
    {
        "f64" => string.Concat(Enumerable.Range(0, output.Length / 8)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{BitConverter.ToDouble(output, i * 8):R}\n"))),
        "hex" => Convert.ToHexStringLower(output) + "\n",
        // A guest's words reach a terminal: no control characters but the ends of lines.
        _ => string.Concat(Encoding.UTF8.GetString(output).Select(character => char.IsControl(character) && character is not ('\n' or '\t') ? ' ' : character)),
    };

    // The executor names the exception before what it says.
    private static string Plain(string cause) =>
        cause.StartsWith($"{nameof(GuestFailedException)}: ", StringComparison.Ordinal) ? cause[(nameof(GuestFailedException).Length + 2)..] : cause;

    private static string Name(string word) => word.Length == 0 ? word : char.ToLowerInvariant(word[0]) + word[1..];
}
