using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>One Parquet file of a shard.</summary>
internal static class ShardFile
{
    /// <summary>SQL of one row per series and instant with the last write of each field.</summary>
    /// <param name="from">A table or subquery, and its WHERE.</param>
    /// <param name="mayRepeat">Whether an instant may stand in several rows of it.</param>
    public static string Merged(IEnumerable<string> columns, string from, bool mayRepeat)
    {
        string values = string.Concat(columns.Select(column => mayRepeat ? $", arg_max({column}, seq) AS {column}" : $", {column}"));
        return mayRepeat ? $"SELECT max(seq) AS seq, series, ts{values} FROM {from} GROUP BY series, ts" : $"SELECT seq, series, ts{values} FROM {from}";
    }

    /// <summary>
    /// Writes the rows of a query, which are put aside first, part by part: the engine would sort and merge the parts of one
    /// statement side by side. What is put aside lives for seconds, and as a rule never reaches the disk.
    /// </summary>
    /// <param name="described">What is known of the measurement; all about the file is filled in.</param>
    /// <param name="parts">Conditions on the rows, one after the other; see <see cref="ShardParts"/>.</param>
    /// <param name="select">SQL of the rows for which a condition holds, with <c>seq</c>, <c>series</c>, <c>ts</c> and a column per field.</param>
    /// <returns>Null, and no file, where there are no rows.</returns>
    public static ShardMeasurement? Write(
        DuckDBConnection connection, string folder, ShardMeasurement described, IReadOnlyList<FieldColumn> fields, IReadOnlyList<string> parts, Func<string, string> select)
    {
        string[] stages = [.. parts.Select((_, at) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"stage_{described.Id}_{at}.parquet")))];
        for (int at = 0; at < stages.Length; at++)
        {
            connection.Execute($"COPY (SELECT * FROM ({select(parts[at])}) AS kept ORDER BY kept.series, kept.ts) TO '{HotDatabase.Quoted(stages[at])}' (FORMAT parquet)");
            connection.GiveBack();
        }

        string rows = $"read_parquet([{string.Join(", ", stages.Select(stage => $"'{HotDatabase.Quoted(stage)}'"))}])";
        ShardMeasurement? written = connection.Number($"SELECT count(*) FROM {rows}") == 0 ? null
            : Write(connection, folder, described, fields, rows, encoding => $"SELECT seq, series, {encoding.Kept(fields)} FROM {rows}");
        Array.ForEach(stages, File.Delete);
        return written;
    }

    /// <summary>Writes so few rows that the engine may sort them at once.</summary>
    /// <param name="sample">SQL of rows with all values that will be written, to ask how to keep them: what follows FROM.</param>
    public static ShardMeasurement Write(
        DuckDBConnection connection, string folder, ShardMeasurement described, IReadOnlyList<FieldColumn> fields, string sample, string select) =>
        Write(connection, folder, described, fields, sample,
            encoding => $"SELECT seq, series, {encoding.Kept(fields)} FROM ({select}) AS kept ORDER BY kept.series, kept.ts");

    /// <summary>Writes rows that come sorted by series and time, durably.</summary>
    private static ShardMeasurement Write(
        DuckDBConnection connection, string folder, ShardMeasurement described, IReadOnlyList<FieldColumn> fields, string sample, Func<ShardEncoding, string> sorted)
    {
        string path = Path.Combine(folder, $"points_{described.Id}.parquet");
        ShardEncoding encoding = ShardEncoding.Of(connection, sample, fields);
        connection.Execute($"COPY ({sorted(encoding)}) TO '{HotDatabase.Quoted(path)}' ({ShardEncoding.Options(fields)})");
        string time = ShardEncoding.TimeColumn(encoding.Unit);
        (long count, long first, long last) = connection.Rows($"SELECT count(*), min({time}), max({time}) FROM read_parquet('{HotDatabase.Quoted(path)}')")
            .Select(row => (row.GetInt64(0), row.GetInt64(1) * encoding.Unit, row.GetInt64(2) * encoding.Unit)).Single();
        (long bytes, uint checksum) = Flush(path);
        return described with
        {
            File = Path.GetFileName(path),
            Bytes = bytes,
            Checksum = checksum,
            Rows = count,
            FirstInstant = first,
            LastInstant = last,
            Unit = encoding.Unit,
            Fields = [.. fields.Select(field => new ShardField(field.Key, field.Column, field.Kind, encoding.Types.GetValueOrDefault(field)))],
        };
    }

    // The engine writes without flushing.
    private static (long Bytes, uint Checksum) Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        DurableFile.Flush(file.SafeFileHandle, path);
        return (file.Length, Crc32C.OfFile(path));
    }
}
