using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>One Parquet file of a shard.</summary>
internal static class ShardFile
{
    /// <summary>SQL of one row per series and instant with the last write of each field.</summary>
    /// <param name="from">A table, view or subquery, and its WHERE.</param>
    /// <param name="mayRepeat">Whether an instant may stand in several rows of it.</param>
    public static string Merged(IEnumerable<string> columns, string from, bool mayRepeat)
    {
        string values = string.Concat(columns.Select(column => mayRepeat ? $", arg_max({column}, seq) AS {column}" : $", {column}"));
        return mayRepeat ? $"SELECT max(seq) AS seq, series, ts{values} FROM {from} GROUP BY series, ts" : $"SELECT seq, series, ts{values} FROM {from}";
    }

    /// <summary>Writes rows, sorted by series and time, durably.</summary>
    /// <param name="described">What is known of the measurement; file, bytes, checksum, rows and instants are filled in.</param>
    /// <param name="select">SQL of rows with <c>seq</c>, <c>series</c>, <c>ts</c> and a column per field.</param>
    /// <returns>Null, and no file, where there are no rows.</returns>
    public static ShardMeasurement? Write(DuckDBConnection connection, string folder, ShardMeasurement described, string select)
    {
        string path = Path.Combine(folder, $"points_{described.Id}.parquet");
        connection.Execute($"COPY (SELECT * FROM ({select}) ORDER BY series, ts) TO '{HotDatabase.Quoted(path)}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)");
        (long count, long first, long last) = connection.Rows($"SELECT count(*), coalesce(min(ts), 0), coalesce(max(ts), 0) FROM read_parquet('{HotDatabase.Quoted(path)}')")
            .Select(row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))).Single();
        if (count == 0)
        {
            File.Delete(path);
            return null;
        }

        (long bytes, uint checksum) = Flush(path);
        return described with { File = Path.GetFileName(path), Bytes = bytes, Checksum = checksum, Rows = count, FirstInstant = first, LastInstant = last };
    }

    // The engine writes without flushing.
    private static (long Bytes, uint Checksum) Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.Flush(flushToDisk: true);
        return (file.Length, Crc32C.OfFile(path));
    }
}
