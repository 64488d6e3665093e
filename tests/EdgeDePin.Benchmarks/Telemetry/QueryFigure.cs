using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How long does a question take, from the request to the last byte of the answer, beside others with the same points?</summary>
internal sealed class QueryFigure(string name, string what, Goal? goal, QueryServers servers, string influxQl, Func<string, string>? promQl = null) : Figure
{
    private const int Times = 5;

    public override string Name => name;

    public override string What => what;

    public override string Unit => "ms";

    public override Goal? Goal => goal;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        servers.Ours.AskAsync(bench, InfluxQl, Times, cancellationToken);

    protected override IReadOnlyList<Contender> Anchors(Bench bench)
    {
        Contender influxd = Anchor(servers.Influxd, InfluxQl);
        return promQl is null ? [influxd] : [influxd, Anchor(servers.VictoriaMetrics, promQl)];
    }

    private static Contender Anchor(LoadedServer server, Func<string, string> path) => new(
        server.Kind.Name, (bench, cancellationToken) => server.AskAsync(bench, path, Times, cancellationToken), server.Kind.Missing);

    private string InfluxQl(string database) => $"/query?db={database}&q={Uri.EscapeDataString(influxQl)}";
}
