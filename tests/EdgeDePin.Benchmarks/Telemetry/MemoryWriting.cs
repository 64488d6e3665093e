using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How much memory does a node take while four clients write as fast as it lets them?</summary>
internal sealed class MemoryWriting : Figure
{
    private readonly HttpWrites _writes = new(clients: 4, gzip: true);

    public override string Name => "memory-writing";

    public override string What => "most resident memory while four clients write with gzip; limit of the query engine 128 MB";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(160);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        _writes.MeasureAsync(LineServer.Ours("--Store:MemoryLimitMegabytes", "128"), HttpWrites.PeakMegabytes, bench, cancellationToken);

    protected override IReadOnlyList<Contender> Anchors(Bench bench) =>
        [_writes.Contender(LineServer.Influxd(), HttpWrites.PeakMegabytes), _writes.Contender(LineServer.VictoriaMetrics(), HttpWrites.PeakMegabytes)];
}
