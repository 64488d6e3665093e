using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How many messages a second does one module get acknowledged?</summary>
internal sealed class ClientSends(EdgeSize size) : Figure
{
    public override string Name => "client";

    public override string What => "our module client, QoS 1 over TLS, 16 in flight, one reading each, to the local hub";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        return await SendAsync(await hub.ModuleAsync("sensor", null, cancellationToken), cancellationToken);
    }

    protected override IReadOnlyList<Contender> Anchors(Bench bench) => [new("the same client to mosquitto", async (_, cancellationToken) =>
    {
        await using MosquittoProcess broker = await MosquittoProcess.StartAsync(bench, cancellationToken);
        return await SendAsync(await broker.ModuleAsync("sensor", cancellationToken), cancellationToken);
    }, MosquittoProcess.Missing)];

    private async Task<double> SendAsync(ModuleClient module, CancellationToken cancellationToken)
    {
        await using ModuleClient sender = module;
        await Load.SendAsync(sender, "nowhere", size.WarmUp, cancellationToken);
        return size.Messages / (await Load.SendAsync(sender, "nowhere", size.Messages, cancellationToken)).TotalSeconds;
    }
}
