using System.Runtime.InteropServices;

namespace EdgeDePin.Sandbox.Confining;

/// <summary>What confinement asks of libc. Each returns -1 where the kernel refuses.</summary>
internal static partial class Libc
{
    private const string Name = "libc";

    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int setrlimit(int resource, in Limit limit);

    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int sched_setscheduler(int thread, int policy, in int priority);

    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int setpriority(int which, int who, int nice);

    /// <summary>For all threads of the process, unlike the system call of the same name.</summary>
    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int setgroups(nint count, nint groups);

    /// <inheritdoc cref="setgroups"/>
    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int setresgid(uint real, uint effective, uint saved);

    /// <inheritdoc cref="setgroups"/>
    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint geteuid();

    [LibraryImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int getpid();

    [LibraryImport(Name)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int getppid();

    [LibraryImport(Name, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int kill(int process, int signal);

    [LibraryImport(Name, EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Exit(int code);
}
