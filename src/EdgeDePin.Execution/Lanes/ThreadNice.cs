using System.Runtime.InteropServices;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// How far a thread stands back for others. .NET's own priorities do nothing on Linux, where each thread has a nice value of its own
/// (setpriority(2), "C library/kernel differences"); raising it needs no privilege.
/// </summary>
internal static partial class ThreadNice
{
    private const int PriorityOfProcess = 0;
    private const int CallingThread = 0;

    /// <summary>For the calling thread, for good: only the superuser could take it back.</summary>
    /// <param name="nice">0 to 19; 0 changes nothing.</param>
    public static void Give(int nice)
    {
        if (nice > 0 && OperatingSystem.IsLinux())
        {
            // A kernel that refuses leaves the thread as it was, which is no reason not to work.
            _ = setpriority(PriorityOfProcess, CallingThread, nice);
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setpriority(int which, int who, int priority);
}
