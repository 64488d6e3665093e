using System.Text.Json;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>Trace-event JSON ("Trace Event Format", the Chromium project): complete events, and an arrow for each dependency. Times in µs.</summary>
internal static class ChromeTrace
{
    public static void Write(JournalEntry[] entries, Stream to)
    {
        var facts = new RunFacts(entries);
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        for (int lane = 0; lane < facts.Tracks.Length; lane++)
        {
            Head(json, "M", "thread_name", lane);
            json.WriteStartObject("args");
            json.WriteString("name", facts.Tracks[lane]);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        int arrow = 0;
        foreach (JournalEntry entry in entries)
        {
            int lane = facts.TrackOf(entry);
            Head(json, "X", entry.Task, lane);
            json.WriteString("cat", entry.Kind);
            json.WriteNumber("ts", Micros(entry.Start - facts.Began));
            json.WriteNumber("dur", Micros(entry.Nanoseconds));
            json.WriteStartObject("args");
            json.WriteString("outcome", entry.Outcome.ToString().ToLowerInvariant());
            json.WriteNumber("attempt", entry.Attempt);
            json.WriteNumber("waitUs", Micros(entry.Start - entry.Ready));
            json.WriteEndObject();
            json.WriteEndObject();
            foreach (JournalEntry before in facts.Before(entry))
            {
                arrow++;
                Arrow(json, "s", arrow, facts.TrackOf(before), before.Start - facts.Began);
                Arrow(json, "f", arrow, lane, entry.Start - facts.Began);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Arrow(Utf8JsonWriter json, string phase, int id, int lane, long at)
    {
        Head(json, phase, "after", lane);
        json.WriteString("cat", "dependency");
        json.WriteNumber("id", id);
        json.WriteNumber("ts", Micros(at));
        if (phase == "f")
        {
            json.WriteString("bp", "e");
        }

        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, string phase, string name, int lane)
    {
        json.WriteStartObject();
        json.WriteString("ph", phase);
        json.WriteString("name", name);
        json.WriteNumber("pid", 1);
        json.WriteNumber("tid", lane);
    }

    private static double Micros(long nanoseconds) => nanoseconds / 1000.0;
}
