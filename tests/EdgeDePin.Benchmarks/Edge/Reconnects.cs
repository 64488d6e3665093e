using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>After a hub was killed and is back, when is the first message acknowledged that waited for it?</summary>
internal sealed class Reconnects(EdgeSize size) : Figure
{
    public override string Name => "reconnect";

    public override string What => $"from the hub's return after {size.Outage.TotalSeconds} s to the first acknowledgement of what waited";

    public override string Unit => "s";

    public override Goal? Goal => Goal.AtMost(10);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        try
        {
            await using ModuleClient module = await hub.ModuleAsync("sensor", null, cancellationToken);
            await module.SendEventAsync("readings", Load.Reading, cancellationToken);
            Task<HubProcess> back = hub.ReplaceAsync(size.Outage, cancellationToken);
            Task waiting = module.SendEventAsync("readings", Load.Reading, cancellationToken);
            hub = await back;
            long startedAt = Stopwatch.GetTimestamp();
            await waiting;
            return Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        }
        finally
        {
            await hub.DisposeAsync();
        }
    }
}
