using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Storage.Segments;

/// <summary>Files that survive a power cut: .NET flushes a file, but a name is only durable when its folder is flushed, too.</summary>
internal static partial class DurableFile
{
    // open(2) on Linux; the same on x86-64 and, but for O_DIRECTORY, on arm64, which is why that one is left out.
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;

    /// <summary>
    /// Makes a file's content durable. .NET's own flush takes EROFS and EINVAL for success, as of a pipe; but EROFS is what
    /// ext4 answers after it has given up its journal (errors=remount-ro), and what was written just before is lost then.
    /// </summary>
    /// <exception cref="IOException">The kernel could not. It is never tried again: the pages count as clean all the same.</exception>
    public static void Flush(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (Sync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("fsync", path);
            }
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">The kernel could not; what was created or renamed may be gone after a power cut.</exception>
    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly | CloseOnExec);
        if (descriptor < 0)
        {
            throw Failure("open", folder);
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure("fsync", folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Puts a whole file under a name; a reader finds the old content or the new, also after a power cut.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush();
            Flush(file.SafeFileHandle, temporary);
        }

        File.Move(temporary, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Gives a durable file a second name on the same file system; a copy where that has no links.</summary>
    public static void Link(string existing, string name)
    {
        if (OperatingSystem.IsLinux() && HardLink(existing, name) == 0)
        {
            return;
        }

        File.Copy(existing, name);
        using var copy = new FileStream(name, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        copy.Flush(flushToDisk: true);
    }

    private static IOException Failure(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: {call} of '{path}'", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string existing, string name);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
