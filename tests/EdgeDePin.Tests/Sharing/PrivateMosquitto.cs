using System.Diagnostics;
using System.Globalization;

namespace EdgeDePin.Tests.Sharing;

/// <summary>A Mosquitto of our own on a free port of the loopback, with its files in a folder of its own.</summary>
internal sealed class PrivateMosquitto : IBroker
{
    private static readonly string[] Places = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"];

    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto").FullName;
    private Process? _process;

    public int Port { get; } = FreePort.Find();

    public async Task StartAsync()
    {
        string? program = Places.FirstOrDefault(File.Exists);
        if (program is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail("mosquitto is missing and CI requires it: apt-get install mosquitto.");
        }

        Assert.SkipWhen(program is null, "mosquitto is not installed.");
        string config = Path.Combine(_folder, "mosquitto.conf");
        string port = Port.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(config, $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n");
        _process = Process.Start(new ProcessStartInfo(program!, ["-c", config]) { UseShellExecute = false });
        await FreePort.AnswersAsync(Port);
    }

    public async Task StopAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
