using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>WfFormat 1.5 (wfcommons-schema.json). Starts, waits and outcomes, which it does not know, are further properties.</summary>
internal static partial class WfFormatFile
{
    public static void Write(JournalEntry[] entries, Stream to)
    {
        var facts = new RunFacts(entries);
        JournalEntry[] tasks = [.. facts.Last.Values.OrderBy(entry => entry.Number)];
        Dictionary<int, string> ids = Ids(tasks);
        ILookup<int, int> children = tasks.SelectMany(task => task.After.Where(ids.ContainsKey).Select(before => (before, task.Number)))
            .ToLookup(arrow => arrow.before, arrow => arrow.Number);
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("name", entries[0].Graph.Length > 0 ? entries[0].Graph : "graph");
        json.WriteString("description", $"Run {entries[0].Run}, from execution records");
        json.WriteString("createdAt", RunFacts.Instant(facts.Began));
        json.WriteString("schemaVersion", "1.5");
        json.WriteStartObject("runtimeSystem");
        json.WriteString("name", "EdgeDePin");
        json.WriteString("version", "1");
        json.WriteEndObject();
        json.WriteStartObject("workflow");
        Specification(json, tasks, ids, children);
        Execution(json, facts, tasks, ids);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Specification(Utf8JsonWriter json, JournalEntry[] tasks, Dictionary<int, string> ids, ILookup<int, int> children)
    {
        json.WriteStartObject("specification");
        json.WriteStartArray("tasks");
        foreach (JournalEntry task in tasks)
        {
            json.WriteStartObject();
            json.WriteString("name", task.Task);
            json.WriteString("id", ids[task.Number]);
            Strings(json, "parents", task.After.Where(ids.ContainsKey).Select(before => ids[before]));
            Strings(json, "children", children[task.Number].Select(after => ids[after]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Execution(Utf8JsonWriter json, RunFacts facts, JournalEntry[] tasks, Dictionary<int, string> ids)
    {
        json.WriteStartObject("execution");
        json.WriteNumber("makespanInSeconds", (facts.Ended - facts.Began) / 1e9);
        json.WriteString("executedAt", RunFacts.Instant(facts.Began));
        json.WriteStartArray("tasks");
        foreach (JournalEntry task in tasks)
        {
            json.WriteStartObject();
            json.WriteString("id", ids[task.Number]);
            json.WriteNumber("runtimeInSeconds", task.Nanoseconds / 1e9);
            json.WriteString("executedAt", RunFacts.Instant(task.Start));
            json.WriteStartObject("command");
            json.WriteString("program", task.Kind);
            json.WriteEndObject();
            json.WriteNumber("coreCount", 1);
            if (task.CpuQuality != CpuQuality.None && task.Nanoseconds > 0)
            {
                json.WriteNumber("avgCPU", Math.Round(100.0 * task.CpuNanoseconds / task.Nanoseconds, 2));
            }

            json.WriteNumber("priority", task.Priority);
            Strings(json, "machines", [task.Worker]);
            json.WriteNumber("waitInSeconds", (task.Start - task.Ready) / 1e9);
            json.WriteNumber("attempts", task.Attempt);
            json.WriteString("outcome", task.Outcome.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("machines");
        foreach (IGrouping<string, JournalEntry> machine in tasks.GroupBy(task => task.Worker, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("nodeName", machine.Key);
            json.WriteStartObject("cpu");
            json.WriteNumber("coreCount", machine.Select(task => task.Lane).Distinct().Count());
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The schema allows letters, digits and -_.# in the names of parents; two names may become the same.
    private static Dictionary<int, string> Ids(JournalEntry[] tasks)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var ids = new Dictionary<int, string>(tasks.Length);
        foreach (JournalEntry task in tasks)
        {
            string id = NotAllowed().Replace(task.Task, "_");
            ids.Add(task.Number, taken.Add(id) ? id : $"{id}#{task.Number}");
        }

        return ids;
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    [GeneratedRegex("[^0-9a-zA-Z_.#-]", RegexOptions.NonBacktracking)]
    private static partial Regex NotAllowed();
}
