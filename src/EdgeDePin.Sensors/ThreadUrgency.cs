using System.Runtime.InteropServices;

namespace EdgeDePin.Sensors;

/// <summary>
/// Asks the kernel to let a thread run as soon as it has something to do. .NET's own priorities do nothing on Linux.
/// </summary>
internal static partial class ThreadUrgency
{
    /// <summary>What a thread gets that needs little and needs it soon, where it may have it (CAP_SYS_NICE, or a limit of nice).</summary>
    private const int Nice = -5;

    /// <summary>
    /// Since Linux 6.12 an ordinary thread may say how long its turns are, without any privilege; of those with the same right to the
    /// processor the one with the shorter turn comes first, and takes it from one with a longer turn when it wakes. Older kernels
    /// ignore it. The shortest that is taken. (sched(7); kernel/sched/fair.c, PREEMPT_SHORT)
    /// </summary>
    private const ulong SliceNanoseconds = 100_000;

    private const int PriorityOfProcess = 0;
    private const int CallingThread = 0;

    /// <summary>For the calling thread, for good. Where nothing of it is allowed or known, the thread stays as it is.</summary>
    public static void Claim()
    {
        // Numbers of sched_setattr: glibc has no function of it before 2.41.
        nint call = (OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture) switch
        {
            (true, Architecture.X64) => 314,
            (true, Architecture.Arm64) => 274,
            _ => 0,
        };
        if (call == 0)
        {
            return;
        }

        int nice = getpriority(PriorityOfProcess, CallingThread);
        var attributes = new SchedulerAttributes { Nice = Math.Min(nice, Nice), Slice = SliceNanoseconds };
        if (syscall(call, CallingThread, in attributes, 0) != 0)
        {
            attributes.Nice = nice;
            _ = syscall(call, CallingThread, in attributes, 0);
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int getpriority(int which, int who);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint syscall(nint number, nint thread, in SchedulerAttributes attributes, nint flags);

    /// <summary>sched_attr of sched_setattr(2), its first version; policy 0 is that of ordinary threads.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulerAttributes()
    {
        public uint Size = 48;
        public uint Policy;
        public ulong Flags = 1; // SCHED_FLAG_RESET_ON_FORK: threads that are begun here are ordinary ones
        public int Nice;
        public uint RealTimePriority;
        public ulong Slice;
        public ulong Deadline;
        public ulong Period;
    }
}
