using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sensors.Sampling;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node.Neighbours;

/// <summary>
/// The sensors' side of comparing with neighbours: tells the compute module what was measured last, as far as others may hear it, and hears
/// from it what neighbours have measured.
/// </summary>
/// <param name="boot">The start of the device; null compares nothing, since no value could be said to be of now.</param>
internal sealed class LatestOfSensors(ReadingPath path, ModuleClient hub, TimeSpan period, string? boot, TimeProvider time, ILogger log)
{
    private long _refused;

    /// <summary>Messages that were none, or of another start of the device.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>How neighbours do, at this instant.</summary>
    public NeighbourCounts Counts => path.Neighbours(Now);

    // By the clock that verdicts go by: the uptime.
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + time.GetElapsedTime(0);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await hub.SetInputMessageHandlerAsync(HubOutputs.Neighbours, Hear, cancellationToken);
        try
        {
            using var timer = new PeriodicTimer(period, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (boot is not null && path.Latest(Now) is { Count: > 0 } latest)
                {
                    var message = new HubMessage(new LatestPack(boot, null, latest).Encode()) { ContentType = "application/json", ContentEncoding = "utf-8" };
                    await hub.SendEventAsync(HubOutputs.Latest, message, cancellationToken);
                }
            }
        }
        finally
        {
            await hub.WithdrawInputMessageHandlerAsync(HubOutputs.Neighbours);
        }
    }

    private Task<MessageResponse> Hear(HubMessage message, CancellationToken cancellationToken)
    {
        try
        {
            if (LatestPack.Decode(message.Body) is { Neighbour: { } neighbour } pack && pack.Boot == boot)
            {
                path.Hear(neighbour, pack.Values, Now);
                return Task.FromResult(MessageResponse.Completed);
            }
        }
        catch (FormatException error)
        {
            NodeLog.MessageRefused(log, HubOutputs.Neighbours, message.ConnectionModuleId ?? "?", error.Message);
        }

        Interlocked.Increment(ref _refused);
        return Task.FromResult(MessageResponse.Completed);
    }
}
