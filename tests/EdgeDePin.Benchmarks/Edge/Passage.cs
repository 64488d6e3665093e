using System.Diagnostics;
using EdgeDePin.EdgeHub;
using MQTTnet;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Messages from one module to another: a warm-up, then those that are timed, acknowledged at both ends.</summary>
internal sealed class Passage
{
    private const int WarmUp = 20_000;
    private const int Messages = 100_000;

    private readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;

    /// <summary>Through the hub and its route; returns messages a second.</summary>
    public static async Task<double> ThroughAsync(HubProcess hub, CancellationToken cancellationToken)
    {
        var passage = new Passage();
        await using ModuleClient sender = await hub.ModuleAsync("compute", null, cancellationToken);
        await using ModuleClient receiver = await hub.ModuleAsync("telemetry", options => options.MaxHandled = 10, cancellationToken);
        await receiver.SetInputMessageHandlerAsync("points", (_, _) =>
        {
            passage.Received();
            return Task.FromResult(MessageResponse.Completed);
        }, cancellationToken);
        return await passage.SendAsync(sender, cancellationToken);
    }

    /// <summary>Through a broker, to a subscription.</summary>
    public static async Task<double> ThroughAsync(MosquittoProcess broker, CancellationToken cancellationToken)
    {
        var passage = new Passage();
        await using ModuleClient sender = await broker.ModuleAsync("compute", cancellationToken);
        using IMqttClient receiver = await broker.ReceiverAsync("compute", passage.Received, cancellationToken);
        return await passage.SendAsync(sender, cancellationToken);
    }

    private void Received()
    {
        int count = Interlocked.Increment(ref _received);
        _ = count == WarmUp ? _warm.TrySetResult() : count == WarmUp + Messages && _all.TrySetResult();
    }

    private async Task<double> SendAsync(ModuleClient sender, CancellationToken cancellationToken)
    {
        await Load.SendAsync(sender, "points", WarmUp, cancellationToken);
        await _warm.Task.WaitAsync(cancellationToken);
        long startedAt = Stopwatch.GetTimestamp();
        await Load.SendAsync(sender, "points", Messages, cancellationToken);
        await _all.Task.WaitAsync(cancellationToken);
        return Messages / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
