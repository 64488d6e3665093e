using System.Buffers;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeHubSimulator;

/// <summary>Takes what a module published, and leaves it where the routes say.</summary>
internal sealed class HubRouter(RouteTable routes, string device, Func<string, LocalModule> module, ILogger log)
{
    // A full input drops with every message that comes; one line for each so many is enough.
    private const int DropsPerLine = 1_000;

    private long _received;
    private long _upstream;
    private long _unrouted;
    private long _dropped;

    public long Received => Volatile.Read(ref _received);
    public long Upstream => Volatile.Read(ref _upstream);
    public long Unrouted => Volatile.Read(ref _unrouted);

    /// <summary>Null when the message was taken; otherwise what is wrong, and whether edgeHub closes the connection for it.</summary>
    public (string Reason, bool Closes)? Route(string sender, ModuleTopics topics, MqttApplicationMessage message)
    {
        if (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce)
        {
            return ("it published with QoS 2, which edgeHub does not speak.", true);
        }

        if (!message.Topic.StartsWith(topics.Root, StringComparison.Ordinal))
        {
            return ($"it published to '{message.Topic}', which is not its own.", true);
        }

        if (message.Payload.Length > HubMessage.MaxBodyBytes)
        {
            return ($"its message of {message.Payload.Length} bytes exceeds {HubMessage.MaxBodyBytes} (256 KiB).", true);
        }

        // As edgeHub does: below its own topics a module may write nonsense; that is noted, acknowledged and forgotten.
        if (!topics.TryReadEvent(message.Topic, out string bag))
        {
            return ($"it published to '{message.Topic}', which means nothing.", false);
        }

        try
        {
            Deliver(sender, PropertyBag.Decode(bag), message.Payload.ToArray());
            return null;
        }
        catch (FormatException error)
        {
            return (error.Message, false);
        }
    }

    private void Deliver(string sender, IReadOnlyDictionary<string, string?> bag, byte[] body)
    {
        Interlocked.Increment(ref _received);
        bool routed = false;
        foreach (RouteSink sink in routes.SinksOf(sender, bag.GetValueOrDefault(SystemProperty.Output)))
        {
            routed = true;
            if (sink is RouteSink.Input input)
            {
                Deliver(input, sender, bag, body);
            }
            else
            {
                Interlocked.Increment(ref _upstream);
            }
        }

        Interlocked.Add(ref _unrouted, routed ? 0 : 1);
    }

    private void Deliver(RouteSink.Input input, string sender, IReadOnlyDictionary<string, string?> bag, byte[] body)
    {
        LocalModule receiver = module(input.Module);
        KeyValuePair<string, string?>[] properties =
        [
            new(SystemProperty.ConnectionDeviceId, device),
            new(SystemProperty.ConnectionModuleId, sender),
            .. bag.Where(pair => pair.Key is not (SystemProperty.Output or SystemProperty.ConnectionDeviceId or SystemProperty.ConnectionModuleId)),
        ];
        int dropped = receiver.Enqueue(input.Name, new QueuedMessage(receiver.Topics.Input(input.Name, properties), body));
        long after = Interlocked.Add(ref _dropped, dropped);
        long before = after - dropped;
        if (dropped > 0 && (before == 0 || before / DropsPerLine != after / DropsPerLine))
        {
            LocalHubLog.Dropped(log, input.Module, input.Name, after);
        }
    }
}
