using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// DuckDB in memory: the engine of every query, and of nothing that must last. What is in it can be read again from the
/// segments, so no file of DuckDB's can be damaged, and a commit costs no second flush of the disk.
/// </summary>
internal sealed class HotDatabase : IDisposable
{
    private readonly DuckDBConnection _root;

    /// <param name="shards">The one folder that the engine may touch, besides its own for spilling.</param>
    public HotDatabase(StoreOptions options, string shards)
    {
        _root = new DuckDBConnection(
            $"Data Source=:memory:;memory_limit={options.MemoryLimitMegabytes}MB;threads={options.Threads};"
            + $"temp_directory={Path.Combine(options.Folder, "spill")};"
            + "autoinstall_known_extensions=false;autoload_known_extensions=false");
        _root.Open();
        // Whatever reaches the engine reads and writes shards, and no other file of the device.
        _root.Execute($"SET allowed_directories = ['{Quoted(shards)}/']");
        _root.Execute("SET enable_external_access = false");
        // A query opens each Parquet file that it may need; its footer is read once.
        _root.Execute("SET parquet_metadata_cache = true");
    }

    /// <summary>Another connection to the same data, with transactions of its own.</summary>
    public DuckDBConnection Connect()
    {
        DuckDBConnection connection = _root.Duplicate();
        connection.Open();
        return connection;
    }

    /// <summary>Text for between two single quotes.</summary>
    public static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    public void Dispose() => _root.Dispose();
}
