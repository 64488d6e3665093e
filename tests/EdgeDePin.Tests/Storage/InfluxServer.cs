using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeDePin.Tests.Storage;

/// <summary>
/// A real influxd (Debian's 1.6.7) with a configuration, folders and loopback ports of its own; nothing of it outlives the
/// test. Where influxd is not installed the test reports itself skipped, except in CI, where it fails.
/// </summary>
public sealed class InfluxServer : IAsyncDisposable
{
    private const string Binary = "/usr/bin/influxd";

    private readonly string _folder;
    private readonly Process _process;

    private InfluxServer(string folder, Process process, Uri url)
    {
        (_folder, _process, Url) = (folder, process, url);
        Http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <param name="port">The port to listen on; null takes a free one.</param>
    public static async Task<InfluxServer> StartAsync(CancellationToken cancellationToken, int? port = null)
    {
        if (!File.Exists(Binary) && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{Binary} is missing and CI requires it: apt-get install influxdb.");
        }

        Assert.SkipUnless(File.Exists(Binary), $"{Binary} is not here: apt-get install influxdb.");
        string folder = Directory.CreateTempSubdirectory("edgedepin-influxd-").FullName;
        int http = port ?? FreePort();
        string config = Path.Combine(folder, "influxdb.conf");
        await File.WriteAllTextAsync(config, Configuration(folder, http, FreePort()), cancellationToken);
        Process process = Process.Start(new ProcessStartInfo(Binary, ["-config", config])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new InfluxServer(folder, process, new Uri($"http://127.0.0.1:{http}"));
        await server.ReadyAsync(cancellationToken);
        return server;
    }

    /// <summary>A loopback port that nothing listens on at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The body of the answer, whatever its status.</summary>
    public async Task<string> QueryAsync(string q, string? db, string? epoch, CancellationToken cancellationToken, bool pretty = false)
    {
        string path = $"/query?q={Uri.EscapeDataString(q)}{(db is null ? "" : $"&db={db}")}{(epoch is null ? "" : $"&epoch={epoch}")}{(pretty ? "&pretty=true" : "")}";
        using HttpResponseMessage response = await Http.PostAsync(path, null, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    public async Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        Assert.Equal("{\"results\":[{\"statement_id\":0}]}\n", await QueryAsync($"CREATE DATABASE {name}", null, null, cancellationToken));

    /// <summary>Writes lines; fails the test unless the server takes all of them.</summary>
    public async Task WriteAsync(string db, string lines, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        using HttpResponseMessage response = await Http.PostAsync($"/write?db={db}", content, cancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited && Kill(_process.Id, 15) == 0)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < 300; attempt++)
        {
            Assert.False(_process.HasExited, "influxd ended at once; is its port taken?");
            try
            {
                using HttpResponseMessage answer = await Http.GetAsync("/ping", cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        Assert.Fail("influxd did not answer /ping within 15 s.");
    }

    private static string Configuration(string folder, int http, int rpc) => $"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{rpc}"
        [meta]
          dir = "{folder}/meta"
        [data]
          dir = "{folder}/data"
          wal-dir = "{folder}/wal"
          query-log-enabled = false
        [monitor]
          store-enabled = false
        [subscriber]
          enabled = false
        [continuous_queries]
          enabled = false
        [http]
          bind-address = "127.0.0.1:{http}"
          log-enabled = false
        """;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
