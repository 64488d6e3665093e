using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How much memory has the node ever had, after it took all points and answered megabytes?</summary>
internal sealed class QueryMemory(QueryServers servers, string influxQl) : Figure
{
    public override string Name => "query-memory";

    public override string What => "peak resident memory of the node after 4,000,000 points and answers of 4.7 MB, engine limit 128 MB";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(160);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await servers.Ours.AskAsync(bench, database => $"/query?db={database}&q={Uri.EscapeDataString(influxQl)}", 10, cancellationToken);
        return servers.Ours.Process!.PeakResidentBytes / 1e6;
    }

    protected override IReadOnlyList<Contender> Anchors(Bench bench) =>
    [
        new(servers.Influxd.Kind.Name, async (used, cancellationToken) =>
        {
            await servers.Influxd.AskAsync(used, database => $"/query?db={database}&q={Uri.EscapeDataString(influxQl)}", 10, cancellationToken);
            return servers.Influxd.Process!.PeakResidentBytes / 1e6;
        }, servers.Influxd.Kind.Missing),
    ];
}
