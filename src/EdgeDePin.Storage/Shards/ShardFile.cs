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

    /// <summary>Writes the rows of a query. They are put aside first: how to keep them best is asked of them several times.</summary>
    /// <returns>Null, and no file, where there are no rows.</returns>
    public static ShardMeasurement? Write(
        DuckDBConnection connection, string folder, ShardMeasurement described, IReadOnlyList<FieldColumn> fields, string select)
    {
        string stage = Path.Combine(folder, $"stage_{described.Id}.parquet");
        connection.Execute($"COPY ({select}) TO '{HotDatabase.Quoted(stage)}' (FORMAT parquet)");
        string rows = $"read_parquet('{HotDatabase.Quoted(stage)}')";
        ShardMeasurement? written = connection.Number($"SELECT count(*) FROM {rows}") == 0 ? null : Write(connection, folder, described, fields, rows, rows);
        File.Delete(stage);
        return written;
    }

    /// <summary>Writes rows, sorted by series and time, durably.</summary>
    /// <param name="described">What is known of the measurement; all about the file is filled in.</param>
    /// <param name="sample">SQL of rows with all values that will be written, to ask how to keep them: what follows FROM.</param>
    /// <param name="rows">SQL of the rows with <c>seq</c>, <c>series</c>, <c>ts</c> and a column per field: what follows FROM.</param>
    public static ShardMeasurement Write(
        DuckDBConnection connection, string folder, ShardMeasurement described, IReadOnlyList<FieldColumn> fields, string sample, string rows)
    {
        string path = Path.Combine(folder, $"points_{described.Id}.parquet");
        ShardEncoding encoding = ShardEncoding.Of(connection, sample, fields);
        connection.Execute(
            $"COPY (SELECT seq, series, {encoding.Kept(fields)} FROM (SELECT * FROM {rows}) AS kept ORDER BY kept.series, kept.ts) TO '{HotDatabase.Quoted(path)}' ({ShardEncoding.Options(fields)})");
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
