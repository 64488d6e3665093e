using System.Globalization;
using System.Text.Json;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>
/// Spans as OTLP JSON (opentelemetry.io, "OTLP specification", JSON Protobuf encoding): the run is a span, each execution a child of
/// it, each dependency a link. Made afterwards from records, so that nothing of it is on the path of a task.
/// </summary>
internal static class OtlpSpans
{
    private const int Internal = 1;
    private const int StatusOk = 1;
    private const int StatusError = 2;

    public static void Write(JournalEntry[] entries, Stream to)
    {
        var facts = new RunFacts(entries);
        string run = entries[0].Run;
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteStartArray("resourceSpans");
        foreach (IGrouping<string, JournalEntry> worker in entries.GroupBy(entry => entry.Worker, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteStartObject("resource");
            json.WriteStartArray("attributes");
            Attribute(json, "service.name", "edgedepin");
            Attribute(json, "service.instance.id", worker.Key);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", RunFacts.Producer);
            json.WriteEndObject();
            json.WriteStartArray("spans");
            if (worker.Key == entries[0].Worker)
            {
                Root(json, facts, entries[0]);
            }

            foreach (JournalEntry entry in worker)
            {
                Span(json, facts, run, entry);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Root(Utf8JsonWriter json, RunFacts facts, JournalEntry any)
    {
        Head(json, any.Run, SpanId(any.Run), any.Graph, facts.Began, facts.Ended);
        Status(json, facts.Succeeded, "");
        json.WriteEndObject();
    }

    private static void Span(Utf8JsonWriter json, RunFacts facts, string run, JournalEntry entry)
    {
        Head(json, run, SpanId(entry), entry.Task, entry.Start, entry.End);
        json.WriteString("parentSpanId", SpanId(run));
        json.WriteStartArray("attributes");
        Attribute(json, "edgedepin.kind", entry.Kind);
        Attribute(json, "edgedepin.outcome", entry.Outcome.ToString().ToLowerInvariant());
        Attribute(json, "edgedepin.attempt", entry.Attempt);
        Attribute(json, "edgedepin.lane", entry.Lane);
        Attribute(json, "edgedepin.wait_ns", entry.Start - entry.Ready);
        Attribute(json, "edgedepin.allocated_bytes", entry.AllocatedBytes);
        if (entry.CpuQuality != CpuQuality.None)
        {
            Attribute(json, "edgedepin.cpu_ns", entry.CpuNanoseconds);
            Attribute(json, "edgedepin.cpu_quality", entry.CpuQuality.ToString().ToLowerInvariant());
        }

        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (JournalEntry before in facts.Before(entry))
        {
            json.WriteStartObject();
            json.WriteString("traceId", RunFacts.Hex(16, run));
            json.WriteString("spanId", SpanId(before));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Status(json, RunFacts.Good(entry), entry.Cause);
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, string run, string span, string name, long start, long end)
    {
        json.WriteStartObject();
        json.WriteString("traceId", RunFacts.Hex(16, run));
        json.WriteString("spanId", span);
        json.WriteString("name", name);
        json.WriteNumber("kind", Internal);
        // 64-bit integers are strings in protobuf's JSON.
        json.WriteString("startTimeUnixNano", start.ToString(CultureInfo.InvariantCulture));
        json.WriteString("endTimeUnixNano", end.ToString(CultureInfo.InvariantCulture));
    }

    private static void Status(Utf8JsonWriter json, bool good, string message)
    {
        json.WriteStartObject("status");
        json.WriteNumber("code", good ? StatusOk : StatusError);
        if (message.Length > 0)
        {
            json.WriteString("message", message);
        }

        json.WriteEndObject();
    }

    private static void Attribute(Utf8JsonWriter json, string key, string value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        json.WriteString("stringValue", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Attribute(Utf8JsonWriter json, string key, long value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        json.WriteString("intValue", value.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string SpanId(string run) => RunFacts.Hex(8, run, "run");

    private static string SpanId(JournalEntry entry) => RunFacts.Hex(8, entry.Run, $"{entry.Number}", $"{entry.Attempt}");
}
