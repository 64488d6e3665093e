using System.Runtime.InteropServices;
using EdgeDePin.Simulation.Chips;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Simulation.Serving;

/// <summary>
/// A real serial port of Linux without a wire: any program opens its path, and a simulated chip is at the other end. It stays
/// while programs come and go.
/// </summary>
public sealed partial class Pseudoterminal : IAsyncDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int Now = 0;
    private const int PathLength = 128;

    /// <summary>A question of any chip here fits; what comes in one piece is one question, as programs write them.</summary>
    private const int MostBytes = 512;

    // <asm-generic/ioctls.h>: TIOCNXCL, any program may open the terminal again.
    private const nuint ReleaseExclusive = 0x540D;

    private static readonly TimeSpan ReleasePeriod = TimeSpan.FromSeconds(1);

    // struct termios of Linux is 60 bytes on arm64 and x64.
    private const int SettingsLength = 64;

    private readonly SimulatedUartChip _chip;
    private readonly FileStream _master;
    private readonly SafeFileHandle _held;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _speaking;
    private readonly Task _releasing;
    private readonly Thread _hearing;

    /// <exception cref="IOException">This machine gives no more pseudo-terminals.</exception>
    public Pseudoterminal(SimulatedUartChip chip)
    {
        _chip = chip;
        int master = OpenMaster(ReadWrite | NoControllingTerminal);
        byte[] path = new byte[PathLength];
        if (master < 0 || Grant(master) != 0 || Unlock(master) != 0 || SlaveName(master, ref path[0], path.Length) != 0)
        {
            throw new IOException($"no pseudo-terminal: error {Marshal.GetLastPInvokeError()}; see /proc/sys/kernel/pty/max.");
        }

        Path = System.Text.Encoding.ASCII.GetString(path.AsSpan(0, path.AsSpan().IndexOf((byte)0)));
        _master = new FileStream(new SafeFileHandle(master, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);

        // Held open, so that the line is not hung up when a program closes it; raw, so that no byte means anything to the kernel.
        _held = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        MakeRaw((int)_held.DangerousGetHandle());
        _speaking = SpeakAsync(_stop.Token);
        _releasing = ReleaseAsync(_stop.Token);
        _hearing = new Thread(Hear) { IsBackground = true, Name = Path };
        _hearing.Start();
    }

    /// <summary>E.g. <c>/dev/pts/7</c>.</summary>
    public string Path { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _speaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _releasing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _held.Dispose();
        await _master.DisposeAsync();   // ends the thread that hears, too
        _stop.Dispose();
    }

    private async Task SpeakAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MostBytes];
        while (true)
        {
            int count = await _chip.ReadAsync(buffer, cancellationToken);
            await _master.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    // A UART whose holder was killed is free again. This terminal outlives its holders, and would stay theirs alone (ioctl_tty(2), TIOCEXCL).
    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        using var period = new PeriodicTimer(ReleasePeriod);
        while (await period.WaitForNextTickAsync(cancellationToken))
        {
            _ = Control(_held, ReleaseExclusive);
        }
    }

    private void Hear()
    {
        byte[] buffer = new byte[MostBytes];
        try
        {
            while (_master.Read(buffer, 0, buffer.Length) is var count and > 0)
            {
                _chip.Write(buffer, 0, count);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // The terminal is closed.
        }
    }

    private static void MakeRaw(int file)
    {
        byte[] settings = new byte[SettingsLength];
        if (GetSettings(file, ref settings[0]) == 0)
        {
            Raw(ref settings[0]);
            _ = SetSettings(file, Now, ref settings[0]);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Grant(int file);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unlock(int file);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SlaveName(int file, ref byte path, nint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, nuint request);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetSettings(int file, ref byte settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSettings(int file, int when, ref byte settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Raw(ref byte settings);
}
