using System.Text.Json;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>
/// OpenLineage 2-0-2 run events: the run and each execution have a START and an end, executions name the run as their parent, and
/// outputs travel between tasks as datasets. One document a line.
/// </summary>
internal static class LineageEvents
{
    private const string Schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    private const string ParentSchema = "https://openlineage.io/spec/facets/1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet";
    private const string ErrorSchema = "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet";
    private const string Namespace = "edgedepin";

    public static void Write(JournalEntry[] entries, Stream to)
    {
        var facts = new RunFacts(entries);
        Event(to, facts, entries[0], null, "START", facts.Began);
        foreach (JournalEntry entry in entries)
        {
            Event(to, facts, entry, entry, "START", entry.Start);
            Event(to, facts, entry, entry, RunFacts.Good(entry) ? "COMPLETE"
                : entry.Outcome is ExecutionOutcome.Cancelled or ExecutionOutcome.Skipped ? "ABORT" : "FAIL", entry.End);
        }

        Event(to, facts, entries[0], null, facts.Succeeded ? "COMPLETE" : "FAIL", facts.Ended);
    }

    private static void Event(Stream to, RunFacts facts, JournalEntry any, JournalEntry? task, string type, long at)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("eventType", type);
            json.WriteString("eventTime", RunFacts.Instant(at));
            json.WriteString("producer", RunFacts.Producer);
            json.WriteString("schemaURL", Schema);
            json.WriteStartObject("run");
            json.WriteString("runId", task is { } entry ? RunFacts.Uuid(any.Run, $"{entry.Number}", $"{entry.Attempt}") : RunFacts.Uuid(any.Run));
            if (task is not null)
            {
                json.WriteStartObject("facets");
                Parent(json, any);
                if (type == "FAIL")
                {
                    Error(json, any.Cause.Length > 0 ? any.Cause : any.Outcome.ToString());
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            Job(json, task is null ? any.Graph : $"{any.Graph}.{any.Task}");
            Datasets(json, "inputs", task is { } reads ? facts.Before(reads) : []);
            Datasets(json, "outputs", task is { } writes && type == "COMPLETE" ? [writes] : []);
            json.WriteEndObject();
        }

        to.WriteByte((byte)'\n');
    }

    private static void Parent(Utf8JsonWriter json, JournalEntry any)
    {
        Facet(json, "parent", ParentSchema);
        json.WriteStartObject("run");
        json.WriteString("runId", RunFacts.Uuid(any.Run));
        json.WriteEndObject();
        Job(json, any.Graph);
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, string message)
    {
        Facet(json, "errorMessage", ErrorSchema);
        json.WriteString("message", message);
        json.WriteString("programmingLanguage", "C#");
        json.WriteEndObject();
    }

    private static void Facet(Utf8JsonWriter json, string name, string schema)
    {
        json.WriteStartObject(name);
        json.WriteString("_producer", RunFacts.Producer);
        json.WriteString("_schemaURL", schema);
    }

    private static void Job(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject("job");
        json.WriteString("namespace", Namespace);
        json.WriteString("name", name);
        json.WriteEndObject();
    }

    private static void Datasets(Utf8JsonWriter json, string name, IEnumerable<JournalEntry> tasks)
    {
        json.WriteStartArray(name);
        foreach (JournalEntry task in tasks)
        {
            json.WriteStartObject();
            json.WriteString("namespace", Namespace);
            json.WriteString("name", $"{task.Run}/{task.Task}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
