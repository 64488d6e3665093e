using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeDePin.Sandbox.Confining;

/// <summary>
/// Gives up what this process may do, for good. Called once, when everything that it will ever load is loaded, and before it reads the first
/// foreign byte.
/// </summary>
internal static class Confinement
{
    private const int LimitCpu = 0, LimitFile = 1, LimitData = 2, LimitCore = 4, LimitLocked = 8, LimitQueues = 12;
    private const int SchedulerIdle = 5, SetDumpable = 4, DropCapability = 24, LastCapability = 40, SetNoNewPrivileges = 38;
    private const int OpenReadOnlyHere = -100, InternetFamily = 2, Stream = 1, PTraceAttach = 16, NotPermitted = 1;

    /// <param name="memoryBytes">Private memory of the process, the runtime's included.</param>
    /// <param name="user">Whom to become, when this is the superuser.</param>
    public static Protections Confine(long memoryBytes, uint user)
    {
        Protections held = GiveWay() ? Protections.Idle : Protections.None;
        Limit(LimitCore, 0);
        Limit(LimitFile, 0);
        Limit(LimitLocked, 0);
        Limit(LimitQueues, 0);
        held |= Limit(LimitData, (ulong)memoryBytes) ? Protections.Memory : Protections.None;
        Become(user);
        _ = Libc.prctl(SetDumpable, 0, 0, 0, 0);
        if (SystemCalls.Own is { } calls)
        {
            // Once this is set no program gives privileges back; both walls ask for it.
            _ = Libc.prctl(SetNoNewPrivileges, 1, 0, 0, 0);
            held |= Landlock.TryRestrict(calls) ? Protections.Landlock : Protections.None;
            SeccompFilter.Install(calls);
            held |= Try(calls);
        }

        return held;
    }

    /// <summary>How much processor time the process may use from now on; beyond it the kernel ends it.</summary>
    public static void GrantCpu(TimeSpan used, TimeSpan more) => Limit(LimitCpu, (ulong)Math.Ceiling((used + more).TotalSeconds) + 1, soft: true);

    // Each thread has a scheduling policy of its own; later ones inherit that of their maker.
    private static bool GiveWay()
    {
        bool all = true;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            int thread = int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture);
            _ = Libc.setpriority(0, thread, 19);
            all &= Libc.sched_setscheduler(thread, SchedulerIdle, 0) == 0 || !Directory.Exists(task);
        }

        return all;
    }

    private static void Become(uint user)
    {
        if (Libc.geteuid() == 0)
        {
            for (nuint capability = 0; capability <= LastCapability; capability++)
            {
                _ = Libc.prctl(DropCapability, capability, 0, 0, 0);
            }

            _ = Libc.setgroups(0, 0);
            _ = Libc.setresgid(user, user, user);
            _ = Libc.setresuid(user, user, user);
        }
    }

    private static unsafe Protections Try(SystemCalls calls)
    {
        Protections held = Protections.None;
        fixed (byte* path = "/proc/self/status\0"u8, shell = "/proc/self/exe\0"u8)
        {
            bool opened = Libc.syscall(calls.OpenAt, OpenReadOnlyHere, (nint)path, 0, 0) >= 0
                || (calls.Open >= 0 && Libc.syscall(calls.Open, (nint)path, 0, 0, 0) >= 0);
            held |= opened ? Protections.None : Protections.Files;
            held |= Libc.syscall(calls.Socket, InternetFamily, Stream, 0, 0) >= 0 ? Protections.None : Protections.Network;
            held |= Libc.syscall(calls.Kill, Libc.getppid(), 0, 0, 0) == 0 ? Protections.None : Protections.Signals;

            // With a path that is a program, but no arguments: a kernel that would run it answers otherwise than with EPERM.
            bool refused = Libc.syscall(calls.Execute, (nint)shell, -1, -1, 0) == -1 && Marshal.GetLastPInvokeError() == NotPermitted;
            refused &= Libc.syscall(calls.PTrace, PTraceAttach, Libc.getppid(), 0, 0) == -1 && Marshal.GetLastPInvokeError() == NotPermitted;
            held |= refused ? Protections.Processes : Protections.None;
        }

        held |= Libc.geteuid() != 0 && Libc.setresuid(0, 0, 0) != 0 ? Protections.User : Protections.None;
        return held;
    }

    private static bool Limit(int resource, ulong most, bool soft = false) =>
        Libc.setrlimit(resource, new Libc.Limit { Soft = most, Hard = soft ? ulong.MaxValue : most }) == 0;
}
