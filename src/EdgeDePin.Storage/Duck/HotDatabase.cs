using System.Collections.Concurrent;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// DuckDB in memory: the engine of every query, and of nothing that must last. What is in it can be read again from the
/// segments, so no file of DuckDB's can be damaged, and a commit costs no second flush of the disk.
/// </summary>
internal sealed class HotDatabase : IDisposable
{
    /// <summary>Connections that wait for the next query; a node has few readers at a time.</summary>
    private const int MaxIdle = 4;

    private readonly DuckDBConnection _root;
    private readonly ConcurrentBag<DuckDBConnection> _idle = [];

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
        // By default its allocator holds back up to 128 MiB, and 512 MiB after freeing much at once: more than it may take.
        _root.Execute("SET allocator_flush_threshold = '16MiB'");
        _root.Execute("SET allocator_bulk_deallocation_flush_threshold = '16MiB'");
        // BEGIN itself takes the snapshot, not the first statement after it: so a reader knows what it will see.
        _root.Execute("SET immediate_transaction_mode = true");
    }

    /// <summary>Another connection to the same data, with transactions of its own.</summary>
    public DuckDBConnection Connect()
    {
        DuckDBConnection connection = _root.Duplicate();
        connection.Open();
        return connection;
    }

    /// <summary>A connection that was used before, or another.</summary>
    public DuckDBConnection Rent() => _idle.TryTake(out DuckDBConnection? connection) ? connection : Connect();

    /// <summary>Gives a connection back, without a transaction and without tables of its own.</summary>
    public void Return(DuckDBConnection connection)
    {
        if (_idle.Count < MaxIdle)
        {
            _idle.Add(connection);
            return;
        }

        connection.Dispose();
    }

    /// <summary>Text for between two single quotes.</summary>
    public static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    public void Dispose()
    {
        while (_idle.TryTake(out DuckDBConnection? connection))
        {
            connection.Dispose();
        }

        _root.Dispose();
    }
}
