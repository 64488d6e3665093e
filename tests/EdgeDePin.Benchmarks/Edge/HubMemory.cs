using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How much memory does the hub take?</summary>
internal sealed class HubMemory(EdgeSize size) : Figure
{
    public override string Name => "memory";

    public override string What => $"most resident memory of `edgedepin hub run --data` until {size.WarmUp + size.Messages:N0} messages were routed";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(60);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        await Passage.ThroughAsync(hub, size, cancellationToken);
        return hub.PeakResidentBytes / 1e6;
    }

    protected override IReadOnlyList<Contender> Anchors(Bench bench) => [new("mosquitto", async (_, cancellationToken) =>
    {
        await using MosquittoProcess broker = await MosquittoProcess.StartAsync(bench, cancellationToken);
        await Passage.ThroughAsync(broker, size, cancellationToken);
        return broker.PeakResidentBytes / 1e6;
    }, MosquittoProcess.Missing)];
}
