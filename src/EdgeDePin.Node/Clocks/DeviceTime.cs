using System.Runtime.InteropServices;

namespace EdgeDePin.Node.Clocks;

/// <summary>
/// The clocks of the device: that on the wall, and one that counts since the start of the device and that nobody sets. It counts on
/// while the device sleeps (<c>CLOCK_BOOTTIME</c>, clock_gettime(2)), since an hour of sleep is no step of the clock on the wall. The
/// same in every process of the device.
/// </summary>
public sealed partial class DeviceTime : TimeProvider
{
    private const int ClockBootTime = 7;
    private const long Second = 1_000_000_000;

    private DeviceTime()
    {
    }

    /// <summary>Of this device. Where there is no such clock, the ordinary ones.</summary>
    public static TimeProvider Here { get; } = OperatingSystem.IsLinux() ? new DeviceTime() : System;

    /// <summary>
    /// Identifies the start of the device (random/boot_id, proc_sys_kernel(5)): uptimes of two starts have nothing to do with each
    /// other. Null where the system does not tell; then readings are stamped by the clock on the wall alone.
    /// </summary>
    public static string? Boot { get; } = ReadBoot("/proc/sys/kernel/random/boot_id");

    /// <inheritdoc/>
    public override long TimestampFrequency => Second;

    /// <summary>Nanoseconds since the start of the device.</summary>
    public override long GetTimestamp() =>
        clock_gettime(ClockBootTime, out TimeSpec time) == 0 ? (time.Seconds * Second) + time.Nanoseconds : base.GetTimestamp();

    private static string? ReadBoot(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } boot ? boot : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
