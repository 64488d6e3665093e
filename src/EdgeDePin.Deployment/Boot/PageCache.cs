using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Deployment.Boot;

/// <summary>Makes the next read come from the medium: what the kernel remembers of a bad card is what was written, not what is there.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED of Linux

    /// <summary>Drops what the kernel holds of the file, as far as it is written back.</summary>
    public static void Forget(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            // A file system that cannot (tmpfs, a pipe) says so, and then there is no medium to read from either.
            _ = Advise(file, 0, 0, DontNeed);
        }
    }

    /// <summary>Makes renames in a folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            int descriptor = Open(folder, 0);
            if (descriptor >= 0)
            {
                _ = SyncFs(descriptor);
                _ = Close(descriptor);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    private static partial int SyncFs(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
