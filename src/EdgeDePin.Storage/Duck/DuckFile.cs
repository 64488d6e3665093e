using DuckDB.NET.Data;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// The database file and its write-ahead log. A file that will not open is a normal event on a memory card, so it is moved
/// aside (never deleted) and the store goes on: first without the log, then with a fresh file.
/// </summary>
internal sealed class DuckFile
{
    private readonly string _connectionString;

    public DuckFile(StoreOptions options)
    {
        Path = System.IO.Path.Combine(options.Folder, "store.duckdb");
        // External access stays off: whatever reaches the engine cannot read another file of the device.
        // A small log is a small exposure: the log is what does not survive a flipped bit.
        _connectionString =
            $"Data Source={Path};memory_limit={options.MemoryLimitMegabytes}MB;threads={options.Threads};wal_autocheckpoint=1MB;"
            + $"temp_directory={System.IO.Path.Combine(options.Folder, "spill")};"
            + "autoinstall_known_extensions=false;autoload_known_extensions=false;enable_external_access=false";
    }

    public string Path { get; }

    public long SizeBytes => Length(Path) + Length(LogPath);

    private string LogPath => Path + ".wal";

    public DuckDBConnection Connect()
    {
        var connection = new DuckDBConnection(_connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file and lets <paramref name="load"/> read its tables; what is damaged goes aside.</summary>
    /// <param name="aside">Receives the names of files that were moved aside.</param>
    /// <exception cref="StoreException">What moving aside cannot cure: another program holds the file, no space, no right.</exception>
    public DuckDBConnection Open(Action<DuckDBConnection> load, TimeProvider time, ILogger logger, List<string> aside)
    {
        // The log, then the file; what fails a third time is not damage.
        for (int attempt = 1; ; attempt++)
        {
            DuckDBConnection? connection = null;
            try
            {
                connection = Connect();
                load(connection);
                return connection;
            }
            catch (DuckDBException error)
            {
                connection?.Dispose();
                string reason = error.Message.Split('\n')[0];
                if (Incurable(reason) is { } remedy)
                {
                    throw new StoreException($"Store '{Path}' does not open: {reason}. {remedy}", error);
                }

                if (attempt == 3)
                {
                    throw new StoreException($"Store '{Path}' does not open, not even a fresh one: {reason}. Check the disk.", error);
                }

                string damaged = File.Exists(LogPath) ? LogPath
                    : File.Exists(Path) ? Path
                    : throw new StoreException($"Store '{Path}' cannot be made: {reason}. Choose another folder.", error);
                string target = $"{damaged}.corrupt-{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}";
                File.Move(damaged, target, overwrite: true);
                aside.Add(target);
                logger.Damaged(damaged, reason, target);
            }
        }
    }

    private static string? Incurable(string reason) =>
        Says(reason, "lock on file") ? "Close the other program that has it open."
        : Says(reason, "No space left") ? "Free some space on that disk."
        : Says(reason, "Permission denied") || Says(reason, "Read-only file system") ? "Make the folder writable for the user that runs the node."
        : Says(reason, "Out of Memory") ? "Raise MemoryLimitMegabytes."
        : Says(reason, "version number") ? "It was written by a newer version; run that one, or move the file away."
        : Says(reason, "Parser Error") || Says(reason, "Binder Error") ? "The file is fine and the program is not: report this line."
        : null;

    private static bool Says(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
