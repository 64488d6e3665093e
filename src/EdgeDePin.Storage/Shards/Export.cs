using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// Writes measurements as tables that need no knowledge of the store. SQL does not tell <c>V</c> from <c>v</c>, so a column
/// whose name is taken gets <c>_1</c>, <c>_2</c> …
/// </summary>
internal sealed class Export(DuckDBConnection connection, string workFolder)
{
    /// <returns>The file written.</returns>
    public string Write(MeasurementSchema measurement, int number, ExportFormat format, string target)
    {
        string extension = format == ExportFormat.Csv ? "csv" : "parquet";
        // The engine may write here and nowhere else; the move takes the file to where it was asked for.
        string work = Path.Combine(workFolder, $"{number}.{extension}");
        string file = Path.Combine(target, $"{FileName(measurement.Name, number)}.{extension}");
        string options = format == ExportFormat.Csv ? "FORMAT csv, HEADER" : "FORMAT parquet, COMPRESSION zstd";
        connection.Execute($"COPY ({Select(measurement)}) TO '{HotDatabase.Quoted(work)}' ({options})");
        File.Move(work, file, overwrite: true);
        return file;
    }

    private string Select(MeasurementSchema measurement)
    {
        var rows = new StoredRows(measurement, StoredRows.FirstOf(connection, measurement));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "time" };
        string tags = string.Concat(measurement.TagKeys.Select(key =>
            $", tag_values[list_position(keys, '{HotDatabase.Quoted(key)}')] AS {Column(key, names)}"));
        string fields = string.Concat(measurement.Fields.Select(field => $", {field.Column} AS {Column(field.Key, names)}"));
        return $"SELECT make_timestamp_ns(ts) AS \"time\"{tags}{fields} FROM {rows.Rows(measurement.Fields, "TRUE", null, long.MaxValue)} AS points "
            + "JOIN series ON series.id = points.series ORDER BY ts, points.series";
    }

    private static string Column(string name, HashSet<string> taken)
    {
        string unique = name;
        for (int count = 1; !taken.Add(unique); count++)
        {
            unique = $"{name}_{count}";
        }

        return $"\"{unique.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string FileName(string measurement, int number) =>
        measurement.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? measurement : $"measurement-{number}";
}
