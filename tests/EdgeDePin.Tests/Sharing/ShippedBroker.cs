using System.Diagnostics;

namespace EdgeDePin.Tests.Sharing;

/// <summary>A broker's process with a configuration that we ship, in a folder of its own.</summary>
internal sealed class ShippedBroker(string package, string folder, string[] arguments, int port) : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

    private Process? _process;

    public int Port => port;

    /// <summary>A file of deployment/brokers.</summary>
    public static string File(string name) => Path.Combine(SharedData.Repository, "deployment", "brokers", name);

    public async Task StartAsync()
    {
        string? program = Places.Select(place => Path.Combine(place, package)).FirstOrDefault(System.IO.File.Exists);
        if (program is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{package} is missing and CI requires it: apt-get install {package}.");
        }

        Assert.SkipWhen(program is null, $"{package} is not installed.");
        var start = new ProcessStartInfo(program!, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Said;
        _process.ErrorDataReceived += Said;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await FreePort.AnswersAsync(port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    private static void Said(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(text);
        }
    }
}
