using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How many messages a second go through the hub, from the sender's acknowledgement to the receiver's?</summary>
internal sealed class HubRoutes(EdgeSize size) : Figure
{
    public override string Name => "routed";

    public override string What => "module to module through the hub, kept on disk before the acknowledgement, acknowledged at both ends, TLS";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        return await Passage.ThroughAsync(hub, size, cancellationToken);
    }

    protected override IReadOnlyList<Contender> Anchors(Bench bench) => [new("mosquitto, in memory", async (_, cancellationToken) =>
    {
        await using MosquittoProcess broker = await MosquittoProcess.StartAsync(bench, cancellationToken);
        return await Passage.ThroughAsync(broker, size, cancellationToken);
    }, MosquittoProcess.Missing)];
}
