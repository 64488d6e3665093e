using System.Text.Json.Nodes;
using EdgeDePin.Web.Text;

namespace EdgeDePin.Web.Work;

/// <summary>The Gantt as it travels to the browser: numbers to draw, and the record of each bar as text to show.</summary>
internal static class Timeline
{
    /// <summary>Part of the shown time that stays free on either side.</summary>
    private const double Margin = 0.04;

    public static JsonObject Of(Gantt gantt, Func<string, string> nameOf)
    {
        double from = gantt.FocusFrom.ToUnixTimeMilliseconds(), until = Milliseconds(gantt.FocusUntil);
        double margin = Math.Max(1, (until - from) * Margin);
        return new JsonObject
        {
            ["rows"] = new JsonArray([.. gantt.Rows.Select(row => JsonValue.Create(row))]),
            ["focus"] = new JsonArray(Math.Floor(from - margin), Math.Ceiling(until + margin)),
            ["own"] = gantt.Count(Ownership.Own),
            ["lent"] = gantt.Count(Ownership.Lent),
            ["borrowed"] = gantt.Count(Ownership.Borrowed),
            ["bars"] = new JsonArray([.. gantt.Bars.Select(bar => Bar(bar, nameOf))]),
        };
    }

    private static JsonObject Bar(GanttBar bar, Func<string, string> nameOf)
    {
        StoredExecution execution = bar.Execution;
        return new JsonObject
        {
            ["value"] = new JsonArray(bar.Row, Milliseconds(execution.Start), Milliseconds(execution.End)),
            ["who"] = bar.Ownership switch
            {
                Ownership.Borrowed => "borrowed",
                Ownership.Lent => "lent",
                _ => "own",
            },
            ["ok"] = execution.Succeeded,
            ["name"] = execution.Kind,
            ["record"] = Record(execution, bar.Ownership, nameOf),
        };
    }

    /// <summary>Label and text of each line of the tooltip, without the lines that the record leaves empty.</summary>
    private static JsonArray Record(StoredExecution execution, Ownership ownership, Func<string, string> nameOf)
    {
        (string, string?)[] lines =
        [
            ("task", execution.Attempt > 1 ? $"{execution.Task}, attempt {execution.Attempt}" : execution.Task),
            ("run", execution.Run),
            ("ran on", execution.Lane < 0 ? nameOf(execution.Worker) : $"{nameOf(execution.Worker)}, lane {execution.Lane}"),
            ("for", ownership == Ownership.Lent ? nameOf(execution.Requester!) : null),
            ("waited", execution.WaitMs is { } wait ? NumberText.Milliseconds(wait) : null),
            ("ran", NumberText.Milliseconds(execution.RunMs)),
            ("predicted", execution.PredictedMs is { } predicted
                ? $"{NumberText.Milliseconds(predicted)} ({NumberText.Deviation(predicted, execution.RunMs)})" : null),
            ("data", execution.InputBytes is { } bytes
                ? $"{NumberText.Bytes(bytes)} in, {NumberText.Bytes(execution.OutputBytes)} out" : null),
            ("priority", execution.Priority == 0 ? null : NumberText.Count(execution.Priority)),
            ("outcome", execution.Outcome),
            ("verified", execution.Verification),
            ("why there", execution.Cause),
        ];
        return [.. lines.Where(line => !string.IsNullOrEmpty(line.Item2))
            .Select(line => (JsonNode)new JsonArray(line.Item1, line.Item2))];
    }

    private static double Milliseconds(DateTimeOffset instant) =>
        Math.Round((instant - DateTimeOffset.UnixEpoch).TotalMilliseconds, 3);
}
