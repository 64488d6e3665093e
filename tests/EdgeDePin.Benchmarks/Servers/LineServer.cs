using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Servers;

/// <summary>A server that takes line protocol on <c>/write</c>, and how to start one.</summary>
/// <param name="Database">What <c>db=</c> of its writes and queries says.</param>
/// <param name="Missing">Why it cannot be started here, with the remedy; null when it can.</param>
internal sealed record LineServer(string Name, string Database, Func<Bench, CancellationToken, Task<ServerProcess>> StartAsync, string? Missing = null)
{
    private const string Database1 = "bench";

    /// <summary>The telemetry module of this checkout, as it is shipped.</summary>
    /// <param name="options">Options of its configuration beside those that name its folder and port, e.g. <c>--Store:MemoryLimitMegabytes</c>, <c>128</c>.</param>
    public static LineServer Ours(params string[] options) => new("edgedepin", "edgedepin", (bench, cancellationToken) => ServerProcess.StartAsync(
        Checkout.Program("TelemetryModule", "TelemetryModule"),
        bench.FreshPath("node"),
        // No hub is needed for what comes by HTTP; the module goes on knocking at a port where none listens.
        (folder, port) => ["--Node:DataFolder", folder, "--Http:Port", $"{port}", "--Hub:Port", $"{ServerProcess.FreePort()}", .. options],
        "/ping", cancellationToken, Checkout.ImageEnvironment("TelemetryModule")));

    /// <summary>influxd, with its defaults for what a write costs.</summary>
    public static LineServer Influxd() => new(Versioned("influxd", "influxdb"), Database1, async (bench, cancellationToken) =>
    {
        ServerProcess server = await ServerProcess.StartAsync("/usr/bin/influxd", bench.FreshPath("influxd"), InfluxdArguments, "/ping", cancellationToken);
        using var http = new HttpClient { BaseAddress = server.Url };
        using HttpResponseMessage created = await http.PostAsync($"/query?q=CREATE+DATABASE+{Database1}", null, cancellationToken);
        created.EnsureSuccessStatusCode();
        return server;
    }, MissingUnless("/usr/bin/influxd", "influxdb"));

    /// <summary>VictoriaMetrics. It keeps numbers only, and acknowledges before anything is durable.</summary>
    public static LineServer VictoriaMetrics() => new(Versioned("VictoriaMetrics", "victoria-metrics"), Database1, (bench, cancellationToken) => ServerProcess.StartAsync(
        "/usr/bin/victoria-metrics", bench.FreshPath("victoria"),
        (folder, port) => [$"-storageDataPath={folder}", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y", "-loggerLevel=ERROR"],
        "/health", cancellationToken), MissingUnless("/usr/bin/victoria-metrics", "victoria-metrics"));

    private static string? MissingUnless(string program, string package) =>
        File.Exists(program) ? null : $"{program} is not installed; apt-get install {package}";

    // 1.6.7~rc0-1+b6 is 1.6.7 of InfluxData with Debian's own suffix.
    private static string Versioned(string name, string package) =>
        Tool.Output("dpkg-query", "-W", "-f", "${Version}", package) is { } version ? $"{name} {version.Split('~', '+', '-')[0]}" : name;

    private static IEnumerable<string> InfluxdArguments(string folder, int port)
    {
        string config = Path.Combine(folder, "influxdb.conf");
        File.WriteAllText(config, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{ServerProcess.FreePort()}"
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
              bind-address = "127.0.0.1:{port}"
              log-enabled = false
            """);
        return ["-config", config];
    }
}
