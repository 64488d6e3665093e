namespace EdgeHubSimulator;

/// <summary>
/// What waits for one input of one module, and what is out to it unacknowledged. Bounded by messages and by bytes: the oldest
/// waiting one makes room, since a fresh reading is worth more than an old one. What is out has its own small limit and is never
/// dropped. Not safe for concurrent use: its module's lock guards it.
/// </summary>
internal sealed class InputQueue(LocalHubOptions options)
{
    private readonly SortedDictionary<long, QueuedMessage> _waiting = [];
    private readonly SortedDictionary<long, QueuedMessage> _out = [];
    private long _sequence;
    private long _waitingBytes;

    public int Count => _waiting.Count + _out.Count;

    /// <summary>Takes a message in; returns how many old ones had to go.</summary>
    public int Enqueue(QueuedMessage message)
    {
        message.Sequence = ++_sequence;
        Wait(message);
        int dropped = 0;
        while (_waiting.Count > options.MaxWaitingMessages || _waitingBytes > options.MaxWaitingBytes)
        {
            Unwait(_waiting.First().Value);
            dropped++;
        }

        return dropped;
    }

    /// <summary>The next message to deliver; null if none waits or enough are out.</summary>
    public QueuedMessage? Take(long now)
    {
        if (_waiting.Count == 0 || _out.Count >= options.MaxInFlight)
        {
            return null;
        }

        QueuedMessage message = _waiting.First().Value;
        Unwait(message);
        _out.Add(message.Sequence, message);
        (message.DeliveredAt, message.Deliveries) = (now, message.Deliveries + 1);
        return message;
    }

    /// <summary>Forgets a message that was acknowledged; false if it was not out.</summary>
    public bool Complete(QueuedMessage message) => _out.Remove(message.Sequence);

    /// <summary>Puts back in their order those that are out and fulfil a condition.</summary>
    public void Return(Func<QueuedMessage, bool> condition)
    {
        foreach (QueuedMessage message in _out.Values.Where(condition).ToArray())
        {
            _out.Remove(message.Sequence);
            Wait(message);
        }
    }

    private void Wait(QueuedMessage message)
    {
        _waiting.Add(message.Sequence, message);
        _waitingBytes += message.Body.Length;
    }

    private void Unwait(QueuedMessage message)
    {
        _waiting.Remove(message.Sequence);
        _waitingBytes -= message.Body.Length;
    }
}
