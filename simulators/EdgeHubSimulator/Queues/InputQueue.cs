namespace EdgeHubSimulator.Queues;

/// <summary>
/// What waits for one input of one module, a log for each priority, and what is out to it unacknowledged. A lower number goes
/// first; within a priority the order is kept. What is out has its own small limit and is never dropped. Not safe for concurrent
/// use: its module's lock guards it.
/// </summary>
/// <param name="open">Makes the log of a priority.</param>
/// <param name="maxOut">Messages delivered and not yet acknowledged.</param>
internal sealed class InputQueue(Func<int, IMessageLog> open, int maxOut) : IDisposable
{
    private readonly SortedDictionary<int, IMessageLog> _logs = [];
    private readonly SortedDictionary<(int Priority, long Sequence), QueuedMessage> _returned = [];
    private readonly SortedDictionary<(int Priority, long Sequence), QueuedMessage> _out = [];

    public long Count => _logs.Values.Sum(log => log.Unread) + _returned.Count + _out.Count;

    /// <summary>Messages that made room for newer ones or were damaged on disk.</summary>
    public long Lost => _logs.Values.Sum(log => log.Lost);

    /// <summary>Messages whose time had passed before they could be delivered.</summary>
    public long Expired { get; private set; }

    /// <summary>Priority and messages that wait or are out.</summary>
    public IEnumerable<(int Priority, long Count)> Lengths => _logs.Select(log =>
        (log.Key, log.Value.Unread + _out.Keys.Count(key => key.Priority == log.Key) + _returned.Keys.Count(key => key.Priority == log.Key)));

    /// <summary>Opens what an earlier run left.</summary>
    public void Reopen(int priority) => Log(priority);

    /// <summary>Takes a message in.</summary>
    /// <exception cref="IOException">It could not be kept.</exception>
    public void Enqueue(QueuedMessage message, int priority)
    {
        message.Priority = priority;
        Log(priority).Append(message);
    }

    /// <summary>The next message to deliver; null if none waits or enough are out.</summary>
    /// <param name="timestamp">Written on the message.</param>
    /// <param name="utcSeconds">Messages that expired before it are passed over.</param>
    public QueuedMessage? Take(long timestamp, long utcSeconds)
    {
        while (_out.Count < maxOut && Next() is { } message)
        {
            if (message.ExpiresAt != 0 && message.ExpiresAt < utcSeconds)
            {
                Expired++;
                Release(message.Priority);
                continue;
            }

            _out.Add(Key(message), message);
            message.TakenAt = message.Deliveries == 0 ? timestamp : message.TakenAt;
            (message.DeliveredAt, message.Deliveries) = (timestamp, message.Deliveries + 1);
            return message;
        }

        return null;
    }

    /// <summary>Forgets a message that was acknowledged; false if it was not out.</summary>
    public bool Complete(QueuedMessage message)
    {
        if (!_out.Remove(Key(message)))
        {
            return false;
        }

        Release(message.Priority);
        return true;
    }

    /// <summary>Puts back in their order those that are out and fulfil a condition.</summary>
    public void Return(Func<QueuedMessage, bool> condition)
    {
        foreach (QueuedMessage message in _out.Values.Where(condition).ToArray())
        {
            _out.Remove(Key(message));
            _returned.Add(Key(message), message);
        }
    }

    public void Dispose()
    {
        foreach (IMessageLog log in _logs.Values)
        {
            log.Dispose();
        }
    }

    private QueuedMessage? Next()
    {
        foreach ((int priority, IMessageLog log) in _logs)
        {
            if (_returned.Count > 0 && _returned.First() is var first && first.Key.Priority == priority)
            {
                _returned.Remove(first.Key);
                return first.Value;
            }

            if (log.Read() is { } message)
            {
                message.Priority = priority;
                return message;
            }
        }

        return null;
    }

    private void Release(int priority)
    {
        long? firstOut = First(_out, priority), firstReturned = First(_returned, priority);
        _logs[priority].Release(firstOut < firstReturned || firstReturned is null ? firstOut : firstReturned);
    }

    private static long? First(SortedDictionary<(int Priority, long Sequence), QueuedMessage> messages, int priority)
    {
        foreach ((int of, long sequence) in messages.Keys)
        {
            if (of == priority)
            {
                return sequence;
            }
        }

        return null;
    }

    private static (int Priority, long Sequence) Key(QueuedMessage message) => (message.Priority, message.Sequence);

    private IMessageLog Log(int priority)
    {
        if (!_logs.TryGetValue(priority, out IMessageLog? log))
        {
            _logs.Add(priority, log = open(priority));
        }

        return log;
    }
}
