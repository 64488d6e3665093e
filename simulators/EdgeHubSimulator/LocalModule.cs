using System.Buffers;
using System.Net;
using EdgeDePin.EdgeHub;
using EdgeHubSimulator.Queues;
using MQTTnet;
using MQTTnet.Server;

namespace EdgeHubSimulator;

/// <summary>
/// One module as the hub keeps it, connected or not: its queues, and on a connection the packets that are out. The hub numbers and
/// repeats packets itself, because an unacknowledged message is to come again after a while and not only with the next connection.
/// </summary>
internal sealed class LocalModule : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LocalHubOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<string, int, IMessageLog> _open;
    private readonly Dictionary<string, InputQueue> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, (string Input, InputQueue Queue, QueuedMessage Message)> _packets = [];
    private readonly HashSet<string> _subscriptions = new(StringComparer.Ordinal);
    private MqttSessionStatus? _session;
    private EndPoint? _connection;
    private ushort _lastPacket;
    private long _delivered;
    private long _redelivered;

    /// <param name="open">Makes the log of an input and a priority.</param>
    /// <param name="left">Inputs and priorities that an earlier run left on disk.</param>
    public LocalModule(
        ModuleIdentity identity, LocalHubOptions options, TimeProvider time, Func<string, int, IMessageLog> open,
        IEnumerable<(string Input, int Priority)> left)
    {
        (Identity, _options, _time, _open, Topics) = (identity, options, time, open, new ModuleTopics(identity));
        foreach ((string input, int priority) in left)
        {
            Queue(input).Reopen(priority);
        }
    }

    public ModuleIdentity Identity { get; }

    public ModuleTopics Topics { get; }

    /// <summary>When the token of the present connection ends; null on a plain hub.</summary>
    public DateTimeOffset? ValidUntil { get; set; }

    public bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                return _session is not null;
            }
        }
    }

    public LocalModuleState State
    {
        get
        {
            lock (_gate)
            {
                return new LocalModuleState(Identity.ModuleId, _session is not null, TakesInputs, _delivered, _redelivered,
                    _queues.Values.Sum(queue => queue.Count), _queues.Values.Sum(queue => queue.Lost), _queues.Values.Sum(queue => queue.Expired),
                    [.. _queues.SelectMany(queue => queue.Value.Lengths.Select(length => (queue.Key, length.Priority, length.Count)))]);
            }
        }
    }

    private bool TakesInputs => _subscriptions.Contains(Topics.InputsFilter) || _subscriptions.Contains(Topics.Root + "#");

    /// <summary>Keeps a message for an input and delivers it when it can; returns how many of this input were dropped so far.</summary>
    /// <exception cref="IOException">It could not be kept.</exception>
    public long Enqueue(string input, QueuedMessage message, int priority)
    {
        lock (_gate)
        {
            InputQueue queue = Queue(input);
            queue.Enqueue(message, priority);
            Deliver();
            return queue.Lost;
        }
    }

    /// <summary>Sends something that is worth nothing later; false unless the module is there and has subscribed to it.</summary>
    public bool Notify(string filter, string topic, ReadOnlyMemory<byte> body)
    {
        lock (_gate)
        {
            return _session is not null && _subscriptions.Contains(filter)
                && _session.TryEnqueueApplicationMessage(new MqttApplicationMessage { Topic = topic, Payload = new ReadOnlySequence<byte>(body) }, out _);
        }
    }

    /// <param name="connection">The other end, by which connections of one session are told apart.</param>
    /// <param name="resumed">True if it is a session that was connected before; then its subscriptions still stand.</param>
    public void Connect(MqttSessionStatus session, EndPoint connection, bool resumed)
    {
        lock (_gate)
        {
            ReturnAll();
            (_session, _connection) = (session, connection);
            if (!resumed)
            {
                _subscriptions.Clear();
            }

            Deliver();
        }
    }

    /// <param name="connection">The connection that ended; null for whichever stands. A late word about an older one is ignored.</param>
    public void Disconnect(EndPoint? connection)
    {
        lock (_gate)
        {
            if (connection is not null && !connection.Equals(_connection))
            {
                return;
            }

            (_session, _connection) = (null, null);
            ReturnAll();
        }
    }

    public void Subscribe(string filter, bool subscribed)
    {
        lock (_gate)
        {
            _ = subscribed ? _subscriptions.Add(filter) : _subscriptions.Remove(filter);
            Deliver();
        }
    }

    /// <summary>The message that was acknowledged, and its input; null if it was not out.</summary>
    public (string Input, QueuedMessage Message)? Acknowledge(ushort packet)
    {
        lock (_gate)
        {
            if (!_packets.Remove(packet, out var sent) || !sent.Queue.Complete(sent.Message))
            {
                return null;
            }

            _delivered++;
            Deliver();
            return (sent.Input, sent.Message);
        }
    }

    /// <summary>Delivers again what has been out for too long.</summary>
    public void RepeatLate()
    {
        lock (_gate)
        {
            foreach ((ushort packet, (_, InputQueue queue, QueuedMessage message)) in _packets.ToArray())
            {
                if (_time.GetElapsedTime(message.DeliveredAt) >= _options.AckTimeout)
                {
                    _packets.Remove(packet);
                    queue.Return(late => ReferenceEquals(late, message));
                }
            }

            Deliver();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (InputQueue queue in _queues.Values)
            {
                queue.Dispose();
            }

            _queues.Clear();
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
        if (_session is null || !TakesInputs)
        {
            return;
        }

        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        foreach ((string input, InputQueue queue) in _queues)
        {
            while (queue.Take(_time.GetTimestamp(), now) is { } message)
            {
                ushort packet = NextPacket();
                _packets.Add(packet, (input, queue, message));
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

    private InputQueue Queue(string input)
    {
        if (!_queues.TryGetValue(input, out InputQueue? queue))
        {
            _queues.Add(input, queue = new InputQueue(priority => _open(input, priority), _options.MaxInFlight));
        }

        return queue;
    }

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
