using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How many messages a second does one module get acknowledged?</summary>
internal sealed class ClientSends : Figure
{
    private const int WarmUp = 20_000;
    private const int Messages = 100_000;

    public override string Name => "client";

    public override string What => "one module, QoS 1 over TLS to the local hub, 16 in flight, one reading each";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        await using ModuleClient module = await hub.ModuleAsync("sensor", null, cancellationToken);
        await Load.SendAsync(module, "nowhere", WarmUp, cancellationToken);
        return Messages / (await Load.SendAsync(module, "nowhere", Messages, cancellationToken)).TotalSeconds;
    }
}
