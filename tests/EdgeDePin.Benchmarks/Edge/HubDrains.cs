using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How fast does a module that was away get what waited for it?</summary>
internal sealed class HubDrains : Figure
{
    private const int Messages = 300_000;

    public override string Name => "drain";

    public override string What => "300,000 messages that waited on disk, delivered over TLS in their order and acknowledged one by one";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(10_000);

    protected override async Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        string folder = bench.FreshPath("drain");
        Buffer.Fill(folder, Messages);
        await using HubProcess hub = await HubProcess.StartAsync(folder, cancellationToken);
        await using ModuleClient receiver = await hub.ModuleAsync("telemetry", null, cancellationToken);
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int next = 0;
        long startedAt = Stopwatch.GetTimestamp();
        await receiver.SetInputMessageHandlerAsync("points", (message, _) =>
        {
            int number = Buffer.Number(message.Body);
            if (number != next++)
            {
                all.TrySetException(new IOException($"message {number} came where {next - 1} should."));
            }
            else if (next == Messages)
            {
                all.TrySetResult();
            }

            return Task.FromResult(MessageResponse.Completed);
        }, cancellationToken);
        await all.Task.WaitAsync(cancellationToken);
        return Messages / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }
}
