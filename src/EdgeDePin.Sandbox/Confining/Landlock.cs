using System.Runtime.InteropServices;

namespace EdgeDePin.Sandbox.Confining;

/// <summary>
/// Landlock (landlock(7)): no file, no TCP, no abstract socket, no signal to others, for the calling thread and those that it starts. A second
/// wall behind the filter of system calls; it needs no privilege.
/// </summary>
internal static class Landlock
{
    private const nint AskVersion = 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct Ruleset
    {
        public ulong Files;
        public ulong Network;
        public ulong Scoped;
    }

    /// <returns>Whether it holds.</returns>
    public static unsafe bool TryRestrict(SystemCalls calls)
    {
        nint version = Libc.syscall(calls.LandlockCreate, 0, 0, AskVersion, 0);
        if (version < 1)
        {
            return false;
        }

        // Which rights each version knows; a right that a kernel does not know is an error to it.
        var ruleset = new Ruleset
        {
            Files = version switch { 1 => (1UL << 13) - 1, 2 => (1UL << 14) - 1, < 5 => (1UL << 15) - 1, _ => (1UL << 16) - 1 },
            Network = version >= 4 ? 0b11UL : 0,
            Scoped = version >= 6 ? 0b11UL : 0,
        };
        nint size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        nint rules = Libc.syscall(calls.LandlockCreate, (nint)(&ruleset), size, 0, 0);
        return rules >= 0 && Libc.syscall(calls.LandlockRestrict, rules, 0, 0, 0) == 0;
    }
}
