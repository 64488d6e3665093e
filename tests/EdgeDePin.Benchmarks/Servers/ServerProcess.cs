using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeDePin.Benchmarks.Servers;

/// <summary>A server with a folder and a loopback port of its own; nothing of it outlives the measurement.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ServerProcess(Process process, string folder, Uri url) => (_process, Folder, Url) = (process, folder, url);

    public string Folder { get; }

    public int Id => _process.Id;

    public Uri Url { get; }

    /// <summary>The most resident memory that the process ever had, in bytes (VmHWM of proc(5)).</summary>
    public long PeakResidentBytes => Memory("VmHWM:");

    /// <param name="arguments">Of the program, given its folder and port.</param>
    /// <param name="environment">Beside that of this process.</param>
    /// <param name="readyPath">What it answers with success when it is ready.</param>
    /// <exception cref="IOException">The server ended or did not answer; what it said last is in the message.</exception>
    public static async Task<ServerProcess> StartAsync(
        string program, string folder, Func<string, int, IEnumerable<string>> arguments, string readyPath, CancellationToken cancellationToken,
        IEnumerable<(string Name, string Value)>? environment = null)
    {
        Directory.CreateDirectory(folder);
        int port = FreePort();
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments(folder, port)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        foreach ((string name, string value) in environment ?? [])
        {
            process.StartInfo.Environment[name] = value;
        }

        string? said = null;
        process.OutputDataReceived += (_, line) => said = line.Data ?? said;
        process.ErrorDataReceived += (_, line) => said = line.Data ?? said;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, folder, new Uri($"http://127.0.0.1:{port}"));
        using var http = new HttpClient { BaseAddress = server.Url };
        for (int attempt = 0; attempt < 600 && !process.HasExited; attempt++)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(readyPath, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }

            await Task.Delay(50, cancellationToken);
        }

        await server.DisposeAsync();
        throw new IOException($"{program} did not answer {readyPath} on port {port}. It said last: {said}");
    }

    /// <summary>A loopback port that nothing listens on at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Ends it in order and waits for that. The folder stays.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
        {
            return;
        }

        _ = Kill(_process.Id, 15);
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private long Memory(string field) =>
        long.Parse(
            File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Replace("kB", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
