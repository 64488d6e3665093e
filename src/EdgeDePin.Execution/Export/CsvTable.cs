using System.Globalization;
using System.Text;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>RFC 4180: one line for each record, instants and durations in nanoseconds.</summary>
internal static class CsvTable
{
    public static void Write(JournalEntry[] entries, Stream to)
    {
        using var writer = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        writer.WriteLine("run,graph,number,task,kind,worker,lane,attempt,outcome,priority,ready_ns,start_ns,end_ns,resource_wait_ns,transfer_ns,"
            + "cpu_ns,cpu_quality,allocated_bytes,input_digest,output_digest,predicted_s,predicted_p90_s,model,celsius,mhz,after,cause,spawned_by,cores,memory_bytes,lanes,predicted_finish_ns,runner_up,runner_up_finish_ns");
        foreach (JournalEntry entry in entries)
        {
            string cpu = entry.CpuQuality == CpuQuality.None ? "" : entry.CpuNanoseconds.ToString(CultureInfo.InvariantCulture);
            string celsius = entry.TemperatureCelsius == LaneRecord.NoTemperature ? "" : entry.TemperatureCelsius.ToString(CultureInfo.InvariantCulture);
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Quoted(entry.Run)},{Quoted(entry.Graph)},{entry.Number},{Quoted(entry.Task)},{Quoted(entry.Kind)},{Quoted(entry.Worker)},{entry.Lane},{entry.Attempt},{entry.Outcome.ToString().ToLowerInvariant()},{entry.Priority},")
                + string.Create(CultureInfo.InvariantCulture,
                $"{entry.Ready},{entry.Start},{entry.End},{entry.ResourceWait},{entry.Transfer},{cpu},{entry.CpuQuality.ToString().ToLowerInvariant()},{entry.AllocatedBytes},{entry.InputDigest:x16},{entry.OutputDigest:x16},")
                + string.Create(CultureInfo.InvariantCulture,
                $"{entry.PredictedSeconds:R},{entry.PredictedP90Seconds:R},{entry.Model},{celsius},{entry.MegaHertz},{string.Join(' ', entry.After)},{Quoted(entry.Cause)},")
                + string.Create(CultureInfo.InvariantCulture,
                $"{entry.SpawnedBy},{entry.Needs?.Cores ?? 1},{entry.Needs?.MemoryBytes ?? 0},{entry.Lanes},{Known(entry.PredictedFinish)},{Quoted(entry.RunnerUp ?? "")},{Known(entry.RunnerUpFinish)}"));
        }
    }

    private static string Known(long instant) => instant == 0 ? "" : instant.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
