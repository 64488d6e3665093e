using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>Does a backlog reach influxd as fast as influxd can take it?</summary>
internal sealed class ForwardInflux : Figure
{
    private readonly Forwarding _forwarding = new();

    public override string Name => "forward-influxd";

    public override string What => "a backlog of 2,000,000 points in shards to influxd: our rate over that of a loader of ready-made bodies; the server has a core of its own";

    public override string Unit => "of the loader's rate";

    public override Goal? Goal => Goal.AtLeast(1);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken) =>
        _forwarding.ShareAsync(LineServer.Influxd(), bench, cancellationToken);
}
