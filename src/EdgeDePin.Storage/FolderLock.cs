using System.Globalization;

namespace EdgeDePin.Storage;

/// <summary>
/// <c>node.lock</c>, held open with an exclusive lock (flock) as long as the store is: two nodes with one data folder would
/// write over each other. The kernel drops the lock with the process, however it ends, so a stale file locks nobody out.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>EWOULDBLOCK of flock(2), which .NET hands on: somebody has the lock. A full or read-only disk says otherwise.</summary>
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">The folder cannot be made or written, or a living store holds it.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FolderLock(Hold(folder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StoreException(
                $"Data folder '{folder}' cannot be written ({error.Message.TrimEnd('.')}). "
                + "Choose another folder, or make this one writable for the user that runs the node.", error);
        }
    }

    /// <summary>Takes the files of the lock out of a folder that nobody else knows of.</summary>
    public static void Remove(string folder)
    {
        File.Delete(LockFile(folder));
        File.Delete(PidFile(folder));
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Hold(string folder)
    {
        FileStream file;
        try
        {
            file = new FileStream(LockFile(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            throw new StoreException(
                $"Data folder '{folder}' is in use by process {Holder(folder)}: two nodes with one data folder would damage it. "
                + "Stop the other node, or give this one a folder of its own.", error);
        }

        try
        {
            File.WriteAllText(PidFile(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // Only for the message to another node: a full disk must not keep the store from opening.
        }

        return file;
    }

    private static string LockFile(string folder) => Path.Combine(folder, "node.lock");

    // Beside the lock and not in it: .NET takes a lock for reading, too, and so could not read a locked file.
    private static string PidFile(string folder) => Path.Combine(folder, "node.pid");

    private static string Holder(string folder)
    {
        try
        {
            return File.ReadAllText(PidFile(folder));
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
