using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How fast does one client write over HTTP?</summary>
internal sealed class WritePlain : Figure
{
    private readonly HttpWrites _writes = new(clients: 1, gzip: false);

    public override string Name => "write-plain";

    public override string What => "acknowledged over `/write`: one client, plain, 5,000 lines of five fields in a body, durable before the 204";

    public override string Unit => "points/s";

    public override Goal? Goal => Goal.AtLeast(450_000);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        _writes.MeasureAsync(LineServer.Ours(), _writes.Rate, bench, cancellationToken);

    protected override IReadOnlyList<Contender> Anchors(Bench bench) =>
        [_writes.Contender(LineServer.Influxd(), _writes.Rate), _writes.Contender(LineServer.VictoriaMetrics(), _writes.Rate)];
}
