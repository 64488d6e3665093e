using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How fast do four clients write over HTTP that compress what they send?</summary>
internal sealed class WriteGzip : Figure
{
    private readonly HttpWrites _writes = new(clients: 4, gzip: true);

    public override string Name => "write-gzip";

    public override string What => "the same with four clients and gzip";

    public override string Unit => "points/s";

    public override Goal? Goal => Goal.AtLeast(600_000);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        _writes.MeasureAsync(LineServer.Ours(), _writes.Rate, bench, cancellationToken);

    protected override IReadOnlyList<Contender> Anchors(Bench bench) =>
        [_writes.Contender(LineServer.Influxd(), _writes.Rate), _writes.Contender(LineServer.VictoriaMetrics(), _writes.Rate)];
}
