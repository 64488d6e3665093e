using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How much memory does the hub take?</summary>
internal sealed class HubMemory : Figure
{
    public override string Name => "memory";

    public override string What => "most resident memory of `edgedepin hub run --data` after 120,000 routed messages";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(60);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        await HubRoutes.RouteAsync(hub, cancellationToken);
        return hub.PeakResidentBytes / 1e6;
    }
}
