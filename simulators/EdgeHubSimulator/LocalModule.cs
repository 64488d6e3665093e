using System.Buffers;
using System.Collections;
using EdgeDePin.EdgeHub;
using MQTTnet;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>
/// One module as the hub keeps it, connected or not: its queues, and on a connection the packets that are out. The hub numbers and
/// repeats packets itself, because an unacknowledged message is to come again after a while and not only with the next connection.
/// </summary>
internal sealed class LocalModule(ModuleIdentity identity, LocalHubOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, InputQueue> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, (InputQueue Queue, QueuedMessage Message)> _packets = [];
    private MqttSessionStatus? _session;
    private bool _subscribed;
    private ushort _lastPacket;
    private long _delivered;
    private long _redelivered;
    private long _dropped;

    public ModuleTopics Topics { get; } = new(identity);

    public LocalModuleState State
    {
        get
        {
            lock (_gate)
            {
                return new LocalModuleState(identity.ModuleId, _session is not null, _subscribed, _delivered, _redelivered,
                    _queues.Values.Sum(queue => queue.Count), _dropped);
            }
        }
    }

    /// <summary>Keeps a message for an input and delivers it when it can; returns how many older ones had to go.</summary>
    public int Enqueue(string input, QueuedMessage message)
    {
        lock (_gate)
        {
            if (!_queues.TryGetValue(input, out InputQueue? queue))
            {
                _queues.Add(input, queue = new InputQueue(options));
            }

            int dropped = queue.Enqueue(message);
            _dropped += dropped;
            Deliver();
            return dropped;
        }
    }

    /// <param name="resumed">True if it is a session that was connected before; then its subscription still stands.</param>
    public void Connect(MqttSessionStatus session, bool resumed)
    {
        lock (_gate)
        {
            ReturnAll();
            _session = session;
            _subscribed &= resumed;
            Deliver();
        }
    }

    /// <param name="session">The items of the session that ended; null for whichever stands. A late word about an older one is ignored.</param>
    public void Disconnect(IDictionary? session)
    {
        lock (_gate)
        {
            if (session is not null && !ReferenceEquals(session, _session?.Items))
            {
                return;
            }

            _session = null;
            ReturnAll();
        }
    }

    public void Subscribe(bool subscribed)
    {
        lock (_gate)
        {
            _subscribed = subscribed;
            Deliver();
        }
    }

    public void Acknowledge(ushort packet)
    {
        lock (_gate)
        {
            if (_packets.Remove(packet, out var sent) && sent.Queue.Complete(sent.Message))
            {
                _delivered++;
                Deliver();
            }
        }
    }

    /// <summary>Delivers again what has been out for too long.</summary>
    public void RepeatLate()
    {
        lock (_gate)
        {
            foreach ((ushort packet, (InputQueue queue, QueuedMessage message)) in _packets.ToArray())
            {
                if (time.GetElapsedTime(message.DeliveredAt) >= options.AckTimeout)
                {
                    _packets.Remove(packet);
                    queue.Return(late => ReferenceEquals(late, message));
                }
            }

            Deliver();
        }
    }

    private void ReturnAll()
    {
        _packets.Clear();
        foreach (InputQueue queue in _queues.Values)
        {
            queue.Return(_ => true);
        }
    }

    private void Deliver()
    {
        if (_session is null || !_subscribed)
        {
            return;
        }

        foreach (InputQueue queue in _queues.Values)
        {
            while (queue.Take(time.GetTimestamp()) is { } message)
            {
                ushort packet = NextPacket();
                _packets.Add(packet, (queue, message));
                _redelivered += message.Deliveries > 1 ? 1 : 0;
                _session.TryEnqueueApplicationMessage(Packet(message, packet), out _);
            }
        }
    }

    // QoS 0 keeps MQTTnet's own repetition out of it; LocalHub writes QoS 1 and the number onto the packet as it leaves. The number
    // travels as the topic alias, a field of MQTT 5 that no 3.1.1 packet carries.
    private static MqttApplicationMessage Packet(QueuedMessage message, ushort packet) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Body),
        Dup = message.Deliveries > 1,
        TopicAlias = packet,
    };

    private ushort NextPacket()
    {
        do
        {
            _lastPacket = _lastPacket == ushort.MaxValue ? (ushort)1 : (ushort)(_lastPacket + 1);
        }
        while (_packets.ContainsKey(_lastPacket));
        return _lastPacket;
    }
}
