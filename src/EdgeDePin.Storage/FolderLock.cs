using System.Globalization;

namespace EdgeDePin.Storage;

/// <summary>
/// <c>node.lock</c>, held open with an exclusive lock (flock) as long as the store is: two nodes with one data folder would
/// write over each other. The kernel drops the lock with the process, however it ends, so a stale file locks nobody out.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">The folder cannot be made or written, or a living store holds it.</exception>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, "node.lock");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(folder, error);
        }

        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new FolderLock(file);
        }
        catch (IOException error) when (IsHeld(path))
        {
            throw new StoreException(
                $"Data folder '{folder}' is in use by process {Holder(path)}: two nodes with one data folder would damage it. "
                + "Stop the other node, or give this one a folder of its own.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, error);
        }
    }

    public void Dispose() => _file.Dispose();

    private static StoreException Unwritable(string folder, Exception cause) =>
        new($"Data folder '{folder}' cannot be written ({cause.Message.TrimEnd('.')}). "
            + "Choose another folder, or make this one writable for the user that runs the node.", cause);

    // The file can be opened for reading without a lock, but not with one: then somebody living holds it.
    private static bool IsHeld(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return File.Exists(path);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Holder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
