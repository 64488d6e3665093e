using System.Buffers;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Queues;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeHubSimulator.Routing;

/// <summary>Takes what a module published, and leaves it where the routes say.</summary>
internal sealed class HubRouter(
    RouteTable routes, LocalHubOptions options, TimeProvider time, Func<string, LocalModule> module, HubMetrics metrics, ILogger log)
{
    // A full input drops with every message that comes; one line for each so many is enough.
    private const int DropsPerLine = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Module, string Input), long> _told = [];
    private long _received;
    private long _upstream;
    private long _unrouted;

    public long Received => Volatile.Read(ref _received);
    public long Upstream => Volatile.Read(ref _upstream);
    public long Unrouted => Volatile.Read(ref _unrouted);

    /// <summary>Null when the message was taken; otherwise what is wrong, and whether edgeHub closes the connection for it.</summary>
    public (string Reason, bool Closes)? Route(LocalModule sender, MqttApplicationMessage message)
    {
        if (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce)
        {
            return ("it published with QoS 2, which edgeHub does not speak.", true);
        }

        if (!message.Topic.StartsWith(sender.Topics.Root, StringComparison.Ordinal))
        {
            return ($"it published to '{message.Topic}', which is not its own.", true);
        }

        if (message.Payload.Length > HubMessage.MaxBodyBytes)
        {
            return ($"its message of {message.Payload.Length} bytes exceeds {HubMessage.MaxBodyBytes} (256 KiB).", true);
        }

        // As edgeHub does: below its own topics a module may write nonsense; that is noted, acknowledged and forgotten.
        if (!sender.Topics.TryReadEvent(message.Topic, out string bag))
        {
            return ($"it published to '{message.Topic}', which means nothing.", false);
        }

        try
        {
            var routed = new RoutedMessage(MessageOrigin.Telemetry, sender.Identity.ModuleId, PropertyBag.Decode(bag), message.Payload.ToArray());
            Interlocked.Increment(ref _received);
            metrics.Received(routed.Module, routed.Output, routed.Body.Length);
            return Deliver(routed);
        }
        catch (FormatException error)
        {
            return (error.Message, false);
        }
    }

    /// <summary>Routes the news that a module changed its reported properties.</summary>
    public void TwinChanged(string sender, byte[] patch)
    {
        var bag = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [SystemProperty.ContentType] = "application/json",
            [SystemProperty.ContentEncoding] = "utf-8",
        };
        Deliver(new RoutedMessage(MessageOrigin.TwinChange, sender, bag, patch));
    }

    private (string Reason, bool Closes)? Deliver(RoutedMessage message)
    {
        bool routed = false;
        try
        {
            foreach (Route route in routes.Of(message))
            {
                routed = true;
                if (route.Sink is RouteSink.Input input)
                {
                    Deliver(input, route.Entry, message);
                }
                else
                {
                    Interlocked.Increment(ref _upstream);
                    metrics.SentUpstream(message.Module, message.Output, route.Entry.Priority);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be kept is not acknowledged, as edgeHub does: its sender has it still and sends it again.
            LocalHubLog.NotKept(log, message.Module, error.Message);
            metrics.NotKept(message.Module, message.Output);
            return ($"its message could not be kept: {error.Message}", true);
        }

        if (!routed && message.Origin == MessageOrigin.Telemetry)
        {
            Interlocked.Increment(ref _unrouted);
            metrics.Unrouted(message.Module, message.Output);
        }

        return null;
    }

    private void Deliver(RouteSink.Input input, RouteEntry entry, RoutedMessage message)
    {
        LocalModule receiver = module(input.Module);
        KeyValuePair<string, string?>[] properties =
        [
            new(SystemProperty.ConnectionDeviceId, options.DeviceId),
            new(SystemProperty.ConnectionModuleId, message.Module),
            .. message.Bag.Where(pair => pair.Key is not (SystemProperty.Output or SystemProperty.ConnectionDeviceId or SystemProperty.ConnectionModuleId)),
        ];
        TimeSpan timeToLive = entry.TimeToLive ?? options.TimeToLive;
        long expiresAt = timeToLive == Timeout.InfiniteTimeSpan ? 0 : (time.GetUtcNow() + timeToLive).ToUnixTimeSeconds();
        long dropped = receiver.Enqueue(
            input.Name, new QueuedMessage(receiver.Topics.Input(input.Name, properties), message.Body, expiresAt), entry.Priority);
        if (dropped > 0)
        {
            Tell(input, dropped);
        }
    }

    private void Tell(RouteSink.Input input, long dropped)
    {
        lock (_gate)
        {
            long told = _told.GetValueOrDefault((input.Module, input.Name), -DropsPerLine);
            if (dropped >= told + DropsPerLine)
            {
                _told[(input.Module, input.Name)] = dropped;
                LocalHubLog.Dropped(log, input.Module, input.Name, dropped);
            }
        }
    }
}
