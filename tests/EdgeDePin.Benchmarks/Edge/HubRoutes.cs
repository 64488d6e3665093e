using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How many messages a second go through the hub, from the sender's acknowledgement to the receiver's?</summary>
internal sealed class HubRoutes : Figure
{
    private const int WarmUp = 20_000;
    private const int Messages = 100_000;

    public override string Name => "routed";

    public override string What => "module to module through the hub, durable, acknowledged at both ends, TLS";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        return Messages / (await RouteAsync(hub, cancellationToken)).TotalSeconds;
    }

    /// <summary>Routes all messages to one receiver and returns how long it took after the warm-up.</summary>
    public static async Task<TimeSpan> RouteAsync(HubProcess hub, CancellationToken cancellationToken)
    {
        await using ModuleClient sender = await hub.ModuleAsync("compute", null, cancellationToken);
        await using ModuleClient receiver = await hub.ModuleAsync("telemetry", options => options.MaxHandled = 10, cancellationToken);
        int received = 0;
        TaskCompletionSource warm = new(TaskCreationOptions.RunContinuationsAsynchronously), all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await receiver.SetInputMessageHandlerAsync("points", (_, _) =>
        {
            int count = Interlocked.Increment(ref received);
            _ = count == WarmUp ? warm.TrySetResult() : count == WarmUp + Messages && all.TrySetResult();
            return Task.FromResult(MessageResponse.Completed);
        }, cancellationToken);
        await Load.SendAsync(sender, "points", WarmUp, cancellationToken);
        await warm.Task.WaitAsync(cancellationToken);
        long startedAt = Stopwatch.GetTimestamp();
        await Load.SendAsync(sender, "points", Messages, cancellationToken);
        await all.Task.WaitAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(startedAt);
    }
}
