using System.Runtime.InteropServices;

namespace EdgeDePin.Node.Clocks;

/// <summary>
/// Whether something keeps the clock on the wall right. The kernel knows: who disciplines the clock (timesyncd, chrony, ntpd, a GPS)
/// tells it, and it forgets after some hours without news (adjtimex(2): TIME_ERROR while STA_UNSYNC is set).
/// </summary>
public static partial class KernelClock
{
    private const int Unsynchronised = 5;

    // systemd-timesyncd touches it at the first synchronisation since the start (systemd-timesyncd.service(8)).
    private const string Synchronised = "/run/systemd/timesync/synchronized";

    // struct timex is 208 bytes long where long has 64 bits, and shorter elsewhere.
    private const int LongestTimex = 256;

    /// <summary>Null where the kernel does not say.</summary>
    public static bool? IsSynchronised()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // All zeroes ask and change nothing.
        Span<byte> asked = stackalloc byte[LongestTimex];
        asked.Clear();
        int state = adjtimex(ref MemoryMarshal.GetReference(asked));
        return state is >= 0 and not Unsynchronised || File.Exists(Synchronised) ? true : state == Unsynchronised ? false : null;
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int adjtimex(ref byte timex);
}
