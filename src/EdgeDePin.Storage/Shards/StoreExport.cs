using System.Buffers;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>Everything in the store as files of others.</summary>
internal static class StoreExport
{
    /// <summary>Points that are read at once for line protocol.</summary>
    private const int ReadBatch = 50_000;

    public static string WriteLines(Store store, string folder)
    {
        string path = Path.Combine(folder, "points.lp");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        var lines = new ArrayBufferWriter<byte>();
        long cursor = 0;
        while (store.ReadAfter(cursor, ReadBatch) is { Count: > 0 } batch)
        {
            lines.ResetWrittenCount();
            foreach (StoredPoint stored in batch)
            {
                LineProtocol.Encode(stored.Point, lines);
                lines.Write("\n"u8);
            }

            file.Write(lines.WrittenSpan);
            cursor = batch[^1].Sequence;
        }

        return path;
    }

    public static List<string> WriteTables(
        DuckDBConnection connection, IEnumerable<MeasurementSchema> measurements, string workFolder, ExportFormat format, string folder)
    {
        string work = Directory.CreateDirectory(Path.Combine(workFolder, "unfinished-export")).FullName;
        try
        {
            var export = new Export(connection, work);
            return [.. measurements.Select((measurement, at) => export.Write(measurement, at + 1, format, folder))];
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
