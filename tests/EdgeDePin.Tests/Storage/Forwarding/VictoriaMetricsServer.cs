using System.Diagnostics;
using System.Text.Json;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>A real VictoriaMetrics (Debian's 1.79) with a folder and a loopback port of its own; skipped where it is not installed, except in CI.</summary>
internal sealed class VictoriaMetricsServer : IAsyncDisposable
{
    private const string Binary = "/usr/bin/victoria-metrics";

    private readonly string _folder;
    private readonly Process _process;
    private readonly HttpClient _http;

    private VictoriaMetricsServer(string folder, Process process, Uri url)
    {
        (_folder, _process, Url) = (folder, process, url);
        _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
    }

    public Uri Url { get; }

    public static async Task<VictoriaMetricsServer> StartAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Binary) && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{Binary} is missing and CI requires it: apt-get install victoria-metrics.");
        }

        Assert.SkipUnless(File.Exists(Binary), $"{Binary} is not here: apt-get install victoria-metrics.");
        string folder = Directory.CreateTempSubdirectory("edgedepin-victoria-").FullName;
        int port = InfluxServer.FreePort();
        Process process = Process.Start(new ProcessStartInfo(Binary,
            [$"-storageDataPath={folder}", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y", "-loggerLevel=ERROR", "-memory.allowedBytes=64MB"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var server = new VictoriaMetricsServer(folder, process, new Uri($"http://127.0.0.1:{port}"));
        for (int attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                using HttpResponseMessage answer = await server._http.GetAsync("/health", cancellationToken);
                return server;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("victoria-metrics did not answer /health within 15 s.");
    }

    /// <summary>Timestamps (ms) and values of a metric, of all series together.</summary>
    public async Task<IReadOnlyList<(long Milliseconds, double Value)>> ExportAsync(string metric, CancellationToken cancellationToken)
    {
        using HttpResponseMessage flushed = await _http.GetAsync("/internal/force_flush", cancellationToken);
        string lines = await _http.GetStringAsync($"/api/v1/export?match[]={Uri.EscapeDataString(metric)}", cancellationToken);
        var samples = new List<(long, double)>();
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument series = JsonDocument.Parse(line);
            samples.AddRange(series.RootElement.GetProperty("timestamps").EnumerateArray().Select(at => at.GetInt64())
                .Zip(series.RootElement.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())));
        }

        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
