using System.Runtime.InteropServices;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Processor time of the calling thread: <c>clock_gettime(CLOCK_THREAD_CPUTIME_ID)</c>, about half a microsecond. Not getrusage:
/// that one moves only with the scheduler's tick and is off by whole milliseconds (getrusage(2), clock_gettime(2)).
/// </summary>
internal static partial class ThreadCpuClock
{
    private const int ClockThreadCpuTime = 3;

    public static bool Exists { get; } = OperatingSystem.IsLinux();

    public static long Nanoseconds() =>
        clock_gettime(ClockThreadCpuTime, out TimeSpec time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : 0;

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
