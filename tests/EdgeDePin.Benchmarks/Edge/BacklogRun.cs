using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Messages that come through TLS while nobody is there for them, and are fetched afterwards.</summary>
/// <param name="In">How long the hub took to acknowledge them all.</param>
/// <param name="Out">How long a module took to get them all, in their order.</param>
/// <param name="PeakResidentBytes">The most resident memory that the hub had over all of this.</param>
internal sealed record BacklogRun(TimeSpan In, TimeSpan Out, long PeakResidentBytes)
{
    /// <exception cref="IOException">A message is missing, or came before one that was acknowledged earlier.</exception>
    public static async Task<BacklogRun> MeasureAsync(Bench bench, int messages, CancellationToken cancellationToken)
    {
        await using HubProcess hub = await HubProcess.StartAsync(bench, cancellationToken);
        TimeSpan sent = await SendAsync(hub, messages, cancellationToken);
        bench.Say($"{messages:N0} messages wait, {hub.DiskBytes / 1e6:N0} MB; the hub has {hub.PeakResidentBytes / 1e6:0.0} MB");
        TimeSpan fetched = await FetchAsync(hub, messages, cancellationToken);
        return new BacklogRun(sent, fetched, hub.PeakResidentBytes);
    }

    // One after the other into the connection, so that the order is known, with as many in flight as the client allows.
    private static async Task<TimeSpan> SendAsync(HubProcess hub, int messages, CancellationToken cancellationToken)
    {
        await using ModuleClient sender = await hub.ModuleAsync("compute", null, cancellationToken);
        var inFlight = new Queue<Task>(Load.InFlight);
        long startedAt = Stopwatch.GetTimestamp();
        for (int number = 0; number < messages; number++)
        {
            if (inFlight.Count == Load.InFlight)
            {
                await inFlight.Dequeue();
            }

            inFlight.Enqueue(sender.SendEventAsync("points", Load.Numbered(number), cancellationToken));
        }

        await Task.WhenAll(inFlight);
        return Stopwatch.GetElapsedTime(startedAt);
    }

    private static async Task<TimeSpan> FetchAsync(HubProcess hub, int messages, CancellationToken cancellationToken)
    {
        await using ModuleClient receiver = await hub.ModuleAsync("telemetry", null, cancellationToken);
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int next = 0;
        long startedAt = Stopwatch.GetTimestamp();
        await receiver.SetInputMessageHandlerAsync("points", (message, _) =>
        {
            // One that was seen before is a copy, which delivery at least once allows.
            int number = Buffer.Number(message.Body);
            if (number > next)
            {
                all.TrySetException(new IOException($"message {number} of {messages} came where {next} should."));
            }
            else if (number == next && ++next == messages)
            {
                all.TrySetResult();
            }

            return Task.FromResult(MessageResponse.Completed);
        }, cancellationToken);
        await all.Task.WaitAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(startedAt);
    }
}
