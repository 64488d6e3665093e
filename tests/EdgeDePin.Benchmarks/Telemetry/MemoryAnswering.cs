using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How much memory does a node take that answers a dashboard while a client writes?</summary>
internal sealed class MemoryAnswering : Figure
{
    private const string Query = "SELECT mean(temperature) FROM env WHERE time >= '2026-01-01T00:00:00Z' AND time < '2026-01-02T00:00:00Z' GROUP BY time(1m), device";

    private readonly HttpWrites _writes = new(clients: 1, gzip: false);

    public override string Name => "memory-answering";

    public override string What => "most resident memory while one client writes and another asks for a day of 100 devices, by the minute, again and again; limit of the query engine 128 MB";

    public override string Unit => "MB";

    public override Goal? Goal => null;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) => MeasureAsync(
        LineServer.Ours("--Store:MemoryLimitMegabytes", "128"), bench, cancellationToken);

    protected override IReadOnlyList<Contender> Anchors(Bench bench)
    {
        LineServer influxd = LineServer.Influxd();
        return [new Contender(influxd.Name, (_, cancellationToken) => MeasureAsync(influxd, bench, cancellationToken), influxd.Missing)];
    }

    private Task<double> MeasureAsync(LineServer server, Bench bench, CancellationToken cancellationToken) =>
        _writes.MeasureAsync(server, HttpWrites.PeakMegabytes, bench, cancellationToken, (process, until) => AskAsync(process.Url, server.Database, until));

    private static async Task AskAsync(Uri url, string database, CancellationToken until)
    {
        using var http = new HttpClient { BaseAddress = url };
        while (!until.IsCancellationRequested)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync($"/query?db={database}&q={Uri.EscapeDataString(Query)}", until);
                answer.EnsureSuccessStatusCode();
                string body = await answer.Content.ReadAsStringAsync(until);
                if (!body.Contains("\"series\"", StringComparison.Ordinal))
                {
                    throw new IOException($"{url} gave no series: {body[..Math.Min(200, body.Length)]}");
                }
            }
            catch (OperationCanceledException)
            {
                // All is written.
            }
        }
    }
}
