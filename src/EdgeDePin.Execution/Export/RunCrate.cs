using System.Globalization;
using System.Text.Json;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>
/// A Workflow Run RO-Crate, provenance profile 0.5 (w3id.org/ro/wfrun/provenance): the workflow with its steps, the run as an action,
/// each execution as an action of a step, joined by control actions.
/// </summary>
internal static class RunCrate
{
    private const string Workflow = "workflow.json";

    public static void Write(JournalEntry[] entries, Stream to)
    {
        var facts = new RunFacts(entries);
        string[] kinds = [.. entries.Select(entry => entry.Kind).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        JournalEntry[] tasks = [.. facts.Last.Values.OrderBy(entry => entry.Number)];
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("@context", "https://w3id.org/ro/crate/1.1/context");
        json.WriteStartArray("@graph");
        Entity(json, "ro-crate-metadata.json", "CreativeWork", () =>
        {
            Reference(json, "about", "./");
            References(json, "conformsTo", ["https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"]);
        });
        Root(json, facts, entries[0]);
        foreach (string profile in Profiles)
        {
            Entity(json, profile, "CreativeWork", () => json.WriteString("name", "Workflow Run RO-Crate profile"));
        }

        WorkflowFile(json, entries[0], tasks, kinds);
        foreach (string kind in kinds)
        {
            Entity(json, Tool(kind), "SoftwareApplication", () => json.WriteString("name", kind));
        }

        foreach (JournalEntry task in tasks)
        {
            Entity(json, Step(task), "HowToStep", () =>
            {
                json.WriteString("position", (task.Number + 1).ToString(CultureInfo.InvariantCulture));
                json.WriteString("name", task.Task);
                Reference(json, "workExample", Tool(task.Kind));
            });
        }

        Actions(json, facts, entries);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string[] Profiles =>
        ["https://w3id.org/ro/wfrun/process/0.5", "https://w3id.org/ro/wfrun/workflow/0.5", "https://w3id.org/ro/wfrun/provenance/0.5", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"];

    private static void Root(Utf8JsonWriter json, RunFacts facts, JournalEntry any) => Entity(json, "./", "Dataset", () =>
    {
        json.WriteString("name", $"Run {any.Run} of {any.Graph}");
        json.WriteString("description", "Made from execution records.");
        json.WriteString("datePublished", RunFacts.Instant(facts.Ended));
        json.WriteString("license", "https://spdx.org/licenses/MIT");
        References(json, "conformsTo", Profiles);
        References(json, "hasPart", [Workflow]);
        Reference(json, "mainEntity", Workflow);
        Reference(json, "mentions", "#run");
    });

    private static void WorkflowFile(Utf8JsonWriter json, JournalEntry any, JournalEntry[] tasks, string[] kinds)
    {
        json.WriteStartObject();
        json.WriteString("@id", Workflow);
        json.WriteStartArray("@type");
        foreach (string type in (string[])["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"])
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        json.WriteString("name", any.Graph);
        Reference(json, "programmingLanguage", "#edgedepin");
        References(json, "hasPart", kinds.Select(Tool));
        References(json, "step", tasks.Select(Step));
        json.WriteEndObject();
        Entity(json, "#edgedepin", "ComputerLanguage", () => json.WriteString("name", "EdgeDePin task graph (WfFormat 1.5)"));
        Entity(json, "#engine", "SoftwareApplication", () => json.WriteString("name", "EdgeDePin"));
    }

    private static void Actions(Utf8JsonWriter json, RunFacts facts, JournalEntry[] entries)
    {
        Entity(json, "#run", "CreateAction", () =>
        {
            json.WriteString("name", $"Run {entries[0].Run}");
            Reference(json, "instrument", Workflow);
            Times(json, facts.Began, facts.Ended, facts.Succeeded, "");
        });
        Entity(json, "#organize", "OrganizeAction", () =>
        {
            json.WriteString("name", "Run by the executor");
            Reference(json, "instrument", "#engine");
            Reference(json, "result", "#run");
            References(json, "object", entries.Select(Control));
            json.WriteString("startTime", RunFacts.Instant(facts.Began));
            json.WriteString("endTime", RunFacts.Instant(facts.Ended));
        });
        foreach (JournalEntry entry in entries)
        {
            Entity(json, Control(entry), "ControlAction", () =>
            {
                json.WriteString("name", $"Control of {entry.Task}");
                Reference(json, "instrument", Step(entry));
                Reference(json, "object", Action(entry));
            });
            Entity(json, Action(entry), "CreateAction", () =>
            {
                json.WriteString("name", $"{entry.Task}, attempt {entry.Attempt}, on {RunFacts.LaneOf(entry)}");
                Reference(json, "instrument", Tool(entry.Kind));
                Times(json, entry.Start, entry.End, RunFacts.Good(entry), entry.Cause);
            });
        }
    }

    private static void Times(Utf8JsonWriter json, long start, long end, bool good, string cause)
    {
        json.WriteString("startTime", RunFacts.Instant(start));
        json.WriteString("endTime", RunFacts.Instant(end));
        Reference(json, "actionStatus", good ? "http://schema.org/CompletedActionStatus" : "http://schema.org/FailedActionStatus");
        if (!good && cause.Length > 0)
        {
            json.WriteString("error", cause);
        }
    }

    private static string Tool(string kind) => $"#kind-{Uri.EscapeDataString(kind)}";

    private static string Step(JournalEntry entry) => $"{Workflow}#step-{entry.Number}";

    private static string Action(JournalEntry entry) => $"#execution-{entry.Number}-{entry.Attempt}";

    private static string Control(JournalEntry entry) => $"#control-{entry.Number}-{entry.Attempt}";

    private static void Entity(Utf8JsonWriter json, string id, string type, Action properties)
    {
        json.WriteStartObject();
        json.WriteString("@id", id);
        json.WriteString("@type", type);
        properties();
        json.WriteEndObject();
    }

    private static void Reference(Utf8JsonWriter json, string name, string id)
    {
        json.WriteStartObject(name);
        json.WriteString("@id", id);
        json.WriteEndObject();
    }

    private static void References(Utf8JsonWriter json, string name, IEnumerable<string> ids)
    {
        json.WriteStartArray(name);
        foreach (string id in ids)
        {
            json.WriteStartObject();
            json.WriteString("@id", id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
