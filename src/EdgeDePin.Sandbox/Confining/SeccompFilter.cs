using System.Runtime.InteropServices;

namespace EdgeDePin.Sandbox.Confining;

/// <summary>
/// A filter of system calls (seccomp(2)) for all threads of this process, for good. What is not listed fails with EPERM; the process lives on,
/// since a runtime asks for much that it can do without.
/// </summary>
internal static class SeccompFilter
{
    private const ushort Load = 0x20, JumpEqual = 0x15, JumpSet = 0x45, Return = 0x06;
    private const uint Allow = 0x7FFF0000, NoSuchCall = 0x00050000 | 38, NotPermitted = 0x00050000 | 1;
    private const uint Number = 0, Processor = 4, FirstArgument = 16;
    private const uint ThreadFlag = 0x00010000;
    private const uint SetName = 15;
    private const nint SetModeFilter = 1, AllThreads = 1;

    [StructLayout(LayoutKind.Sequential)]
    private record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public nint Instructions;
    }

    /// <summary>Does nothing where the kernel or an emulator has no such thing; what holds is tried afterwards.</summary>
    public static unsafe void Install(SystemCalls calls)
    {
        Instruction[] filter = [.. Build(calls, (uint)Libc.getpid())];
        fixed (Instruction* first = filter)
        {
            var program = new Program { Length = (ushort)filter.Length, Instructions = (nint)first };
            _ = Libc.syscall(calls.Seccomp, SetModeFilter, AllThreads, (nint)(&program), 0);
        }
    }

    private static IEnumerable<Instruction> Build(SystemCalls calls, uint process)
    {
        // Another processor's calls have other numbers.
        yield return new(Load, 0, 0, Processor);
        yield return new(JumpEqual, 1, 0, calls.Architecture);
        yield return new(Return, 0, 0, NotPermitted);
        yield return new(Load, 0, 0, Number);
        foreach (int harmless in calls.Harmless)
        {
            yield return new(JumpEqual, 0, 1, (uint)harmless);
            yield return new(Return, 0, 0, Allow);
        }

        // The flags of clone3 lie in memory, where no filter sees them; libc then tries clone, which may only make threads.
        yield return new(JumpEqual, 0, 1, (uint)calls.Clone3);
        yield return new(Return, 0, 0, NoSuchCall);
        foreach (Instruction instruction in OnFirstArgument(calls.Clone, JumpSet, ThreadFlag))
        {
            yield return instruction;
        }

        // Signals to its own threads, limits of its own, the cores of a new thread, its name.
        foreach ((int call, uint argument) in new (int, uint)[] { (calls.ThreadKill, process), (calls.PrLimit, 0u), (calls.SetAffinity, 0u), (calls.PrCtl, SetName) })
        {
            foreach (Instruction instruction in OnFirstArgument(call, JumpEqual, argument))
            {
                yield return instruction;
            }
        }

        yield return new(Return, 0, 0, NotPermitted);
    }

    private static IEnumerable<Instruction> OnFirstArgument(int call, ushort test, uint value) =>
    [
        new(JumpEqual, 0, 4, (uint)call),
        new(Load, 0, 0, FirstArgument),
        new(test, 0, 1, value),
        new(Return, 0, 0, Allow),
        new(Return, 0, 0, NotPermitted),
    ];
}
