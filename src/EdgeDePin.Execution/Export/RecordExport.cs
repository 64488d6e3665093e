using EdgeDePin.Execution.Records;

namespace EdgeDePin.Execution.Export;

/// <summary>Writes the records of one run in a published format.</summary>
public static class RecordExport
{
    /// <param name="entries">Of one run, all attempts, in any order; at least one.</param>
    /// <param name="to">Left open.</param>
    /// <exception cref="ArgumentException">There are no entries, or they are of several runs.</exception>
    public static void Write(RecordFormat format, IReadOnlyCollection<JournalEntry> entries, Stream to)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(to);
        // Who reads these formats counts each as an execution; that a result was taken back stands in the table alone.
        JournalEntry[] ordered = [.. entries.Where(entry => format == RecordFormat.Csv || entry.Outcome != ExecutionOutcome.Superseded).OrderBy(entry => entry.Start).ThenBy(entry => entry.Number).ThenBy(entry => entry.Attempt)];
        if (ordered.Length == 0 || ordered.Any(entry => entry.Run != ordered[0].Run))
        {
            throw new ArgumentException(ordered.Length == 0 ? "There are no records to write." : "The records are of several runs: write one at a time.");
        }

        switch (format)
        {
            case RecordFormat.Perfetto: PerfettoTrace.Write(ordered, to); break;
            case RecordFormat.Chrome: ChromeTrace.Write(ordered, to); break;
            case RecordFormat.Otlp: OtlpSpans.Write(ordered, to); break;
            case RecordFormat.WfFormat: WfFormatFile.Write(ordered, to); break;
            case RecordFormat.RoCrate: RunCrate.Write(ordered, to); break;
            case RecordFormat.OpenLineage: LineageEvents.Write(ordered, to); break;
            case RecordFormat.Csv: CsvTable.Write(ordered, to); break;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format.");
        }
    }
}
