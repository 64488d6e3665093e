using System.Diagnostics;
using EdgeDePin.EdgeHub;
using MQTTnet;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Messages from one module to another: a warm-up, then those that are timed, acknowledged at both ends.</summary>
internal sealed class Passage(EdgeSize size)
{
    private readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;

    /// <summary>Through the hub and its route; returns messages a second.</summary>
    public static async Task<double> ThroughAsync(HubProcess hub, EdgeSize size, CancellationToken cancellationToken)
    {
        var passage = new Passage(size);
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
    public static async Task<double> ThroughAsync(MosquittoProcess broker, EdgeSize size, CancellationToken cancellationToken)
    {
        var passage = new Passage(size);
        await using ModuleClient sender = await broker.ModuleAsync("compute", cancellationToken);
        using IMqttClient receiver = await broker.ReceiverAsync("compute", passage.Received, cancellationToken);
        return await passage.SendAsync(sender, cancellationToken);
    }

    private void Received()
    {
        int count = Interlocked.Increment(ref _received);
        _ = count == size.WarmUp ? _warm.TrySetResult() : count == size.WarmUp + size.Messages && _all.TrySetResult();
    }

    private async Task<double> SendAsync(ModuleClient sender, CancellationToken cancellationToken)
    {
        await Load.SendAsync(sender, "points", size.WarmUp, cancellationToken);
        await _warm.Task.WaitAsync(cancellationToken);
        long startedAt = Stopwatch.GetTimestamp();
        await Load.SendAsync(sender, "points", size.Messages, cancellationToken);
        await _all.Task.WaitAsync(cancellationToken);
        return size.Messages / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
