using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// DuckDB in memory: the engine of every query, and of nothing that must last. What is in it can be read again from the
/// segments, so no file of DuckDB's can be damaged, and a commit costs no second flush of the disk.
/// </summary>
internal sealed class HotDatabase : IDisposable
{
    private readonly DuckDBConnection _root;

    public HotDatabase(StoreOptions options)
    {
        // External access stays off: whatever reaches the engine cannot read another file of the device.
        _root = new DuckDBConnection(
            $"Data Source=:memory:;memory_limit={options.MemoryLimitMegabytes}MB;threads={options.Threads};"
            + $"temp_directory={Path.Combine(options.Folder, "spill")};"
            + "autoinstall_known_extensions=false;autoload_known_extensions=false;enable_external_access=false");
        _root.Open();
    }

    /// <summary>Another connection to the same data, with transactions of its own.</summary>
    public DuckDBConnection Connect()
    {
        DuckDBConnection connection = _root.Duplicate();
        connection.Open();
        return connection;
    }

    public void Dispose() => _root.Dispose();
}
