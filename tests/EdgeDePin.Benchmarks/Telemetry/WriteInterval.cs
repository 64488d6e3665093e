using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>What do clients lose on a node that flushes its card no more than ten times a second?</summary>
internal sealed class WriteInterval : Figure
{
    private readonly HttpWrites _writes = new(clients: 4, gzip: true, points: 100_000);

    public override string Name => "write-interval";

    public override string What => "as `write-gzip`, with a flush of the disk at most every 100 ms (`Store:CommitInterval`): a client waits for it with each body";

    public override string Unit => "points/s";

    public override Goal? Goal => null;

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        _writes.MeasureAsync(LineServer.Ours("--Store:CommitInterval", "00:00:00.1"), _writes.Rate, bench, cancellationToken);
}
