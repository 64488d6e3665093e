namespace EdgeHubSimulator.Queues;

/// <summary>A log in memory, bounded by messages and by bytes. It ends with the process.</summary>
internal sealed class MemoryLog(int maxMessages, long maxBytes) : IMessageLog
{
    private readonly Queue<QueuedMessage> _waiting = new();
    private long _bytes;
    private long _last;

    public long Unread => _waiting.Count;

    public long Lost { get; private set; }

    public void Append(QueuedMessage message)
    {
        message.Sequence = ++_last;
        _waiting.Enqueue(message);
        _bytes += message.Body.Length;
        while (_waiting.Count > maxMessages || _bytes > maxBytes)
        {
            Read();
            Lost++;
        }
    }

    public QueuedMessage? Read()
    {
        if (!_waiting.TryDequeue(out QueuedMessage? message))
        {
            return null;
        }

        _bytes -= message.Body.Length;
        return message;
    }

    // What was read is the reader's; nothing of it is kept here.
    public void Release(long? firstNeeded)
    {
    }

    public void Dispose() => _waiting.Clear();
}
