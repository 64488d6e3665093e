using System.Runtime.InteropServices;

namespace EdgeDePin.Sandbox.Confining;

/// <summary>Numbers of system calls, for the two processors that we run on (asm/unistd_64.h; asm-generic/unistd.h). -1: not there.</summary>
internal sealed class SystemCalls
{
    /// <summary>AUDIT_ARCH_X86_64 or AUDIT_ARCH_AARCH64.</summary>
    public required uint Architecture { get; init; }

    public required int Open { get; init; }

    public required int OpenAt { get; init; }

    public required int Socket { get; init; }

    public required int Clone { get; init; }

    public required int Clone3 { get; init; }

    public required int Execute { get; init; }

    public required int Kill { get; init; }

    public required int ThreadKill { get; init; }

    public required int PTrace { get; init; }

    public required int PrCtl { get; init; }

    public required int PrLimit { get; init; }

    public required int SetAffinity { get; init; }

    public required int Seccomp { get; init; }

    public required int LandlockCreate { get; init; }

    public required int LandlockRestrict { get; init; }

    /// <summary>What a running .NET process and Wasmtime need, whatever the arguments: memory, threads, time, and pipes that are open already.</summary>
    public required int[] Harmless { get; init; }

    /// <summary>Of this process; null on another processor.</summary>
    public static SystemCalls? Own => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => X64(),
        System.Runtime.InteropServices.Architecture.Arm64 => Arm64(),
        _ => null,
    };

    private static SystemCalls X64() => new()
    {
        Architecture = 0xC000003E,
        Open = 2,
        OpenAt = 257,
        Socket = 41,
        Clone = 56,
        Clone3 = 435,
        Execute = 59,
        Kill = 62,
        ThreadKill = 234,
        PTrace = 101,
        PrCtl = 157,
        PrLimit = 302,
        SetAffinity = 203,
        Seccomp = 317,
        LandlockCreate = 444,
        LandlockRestrict = 446,
        Harmless =
        [
            // read write close fstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn
            0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15,
            // pread64 readv writev sched_yield mremap mincore madvise nanosleep getpid exit gettimeofday getrlimit getrusage sysinfo times
            17, 19, 20, 24, 25, 27, 28, 35, 39, 60, 96, 97, 98, 99, 100,
            // getuid getgid geteuid getegid getppid sigaltstack sched_getparam sched_getscheduler setrlimit gettid time futex
            102, 104, 107, 108, 110, 131, 143, 145, 160, 186, 201, 202,
            // sched_getaffinity restart_syscall clock_gettime clock_getres clock_nanosleep exit_group ppoll set_robust_list getcpu getrandom
            204, 219, 228, 229, 230, 231, 271, 273, 309, 318,
            // membarrier rseq pipe2 (each thread of .NET has one)
            324, 334, 293,
        ],
    };

    private static SystemCalls Arm64() => new()
    {
        Architecture = 0xC00000B7,
        Open = -1,
        OpenAt = 56,
        Socket = 198,
        Clone = 220,
        Clone3 = 435,
        Execute = 221,
        Kill = 129,
        ThreadKill = 131,
        PTrace = 117,
        PrCtl = 167,
        PrLimit = 261,
        SetAffinity = 122,
        Seccomp = 277,
        LandlockCreate = 444,
        LandlockRestrict = 446,
        Harmless =
        [
            // read write close fstat ppoll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn
            63, 64, 57, 80, 73, 62, 222, 226, 215, 214, 134, 135, 139,
            // pread64 readv writev sched_yield mremap mincore madvise nanosleep getpid exit gettimeofday getrlimit getrusage sysinfo times
            67, 65, 66, 124, 216, 232, 233, 101, 172, 93, 169, 163, 165, 179, 153,
            // getuid getgid geteuid getegid getppid sigaltstack sched_getparam sched_getscheduler setrlimit gettid futex
            174, 176, 175, 177, 173, 132, 121, 120, 164, 178, 98,
            // sched_getaffinity restart_syscall clock_gettime clock_getres clock_nanosleep exit_group set_robust_list getcpu getrandom
            123, 128, 113, 114, 115, 94, 99, 168, 278,
            // membarrier rseq pipe2 (each thread of .NET has one)
            283, 293, 59,
        ],
    };
}
