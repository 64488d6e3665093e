using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeDePin.Sensors.AirQuality.Sds011;
using EdgeDePin.Simulation.Chips;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.EndToEnd;

/// <summary>An SDS011 at the far end of a real pseudo-terminal, which socat holds and which any program opens as a serial port.</summary>
internal sealed partial class SimulatedSerialLine : IAsyncDisposable
{
    // <asm-generic/ioctls.h>: the terminal may be opened by more than one again.
    private const nuint ReleaseExclusive = 0x540D;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Process _socat;
    private readonly string _link = Path.Combine(Path.GetTempPath(), $"edgedepin-pty-{Environment.ProcessId}");
    private readonly Task _serving;
    private FileStream? _held;

    public SimulatedSerialLine(SimulatedSds011 chip)
    {
        ToolCall.Require("socat", "socat");
        _listener.Start();
        _serving = ServeAsync(chip);
        _socat = Process.Start("socat", [$"PTY,link={_link},rawer,mode=666",
            $"TCP:127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"]);
    }

    /// <summary>The terminal's own path, such as <c>/dev/pts/7</c>.</summary>
    public async Task<string> PathAsync()
    {
        await Eventually.HoldsAsync(() => File.Exists(_link), TimeSpan.FromSeconds(10));
        string path = new FileInfo(_link).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        // A line that nobody holds open is hung up; this one outlives a sensor module that is killed.
        _held ??= new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        return path;
    }

    /// <summary>
    /// What a UART does by itself when its last holder has died: whoever opened it for itself alone has it no longer. A
    /// pseudo-terminal lives as long as socat, and would refuse everyone but root for ever (<c>ioctl_tty(2)</c>, TIOCEXCL).
    /// </summary>
    public void Release()
    {
        int refused = Control(_held!.SafeFileHandle, ReleaseExclusive);
        Assert.True(refused == 0, $"TIOCNXCL: error {Marshal.GetLastPInvokeError()}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await (_held?.DisposeAsync() ?? ValueTask.CompletedTask);
        _socat.Kill();
        await _socat.WaitForExitAsync();
        _socat.Dispose();
        File.Delete(_link);
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(SimulatedSds011 chip)
    {
        try
        {
            using TcpClient line = await _listener.AcceptTcpClientAsync(_stop.Token);
            NetworkStream stream = line.GetStream();
            Task answers = chip.CopyToAsync(stream, _stop.Token);
            byte[] command = new byte[Sds011Command.Length];
            while (true)
            {
                await stream.ReadExactlyAsync(command, _stop.Token);
                await chip.WriteAsync(command, _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The line ends with the test.
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle descriptor, nuint request);
}
