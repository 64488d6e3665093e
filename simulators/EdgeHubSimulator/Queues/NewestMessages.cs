namespace EdgeHubSimulator.Queues;

/// <summary>
/// The newest messages of a log on disk, without a gap, so that a reader that keeps up need not be sent to the disk for what was just
/// written. A reader that falls behind goes there. Not safe for concurrent use.
/// </summary>
internal sealed class NewestMessages
{
    private const int MaxMessages = 64;
    private const int MaxBytes = 128 * 1024;

    private readonly Queue<QueuedMessage> _messages = new(MaxMessages);
    private int _bytes;

    /// <summary>Adds the one after the last; where it does not fit, all before it are forgotten.</summary>
    public void Add(QueuedMessage message)
    {
        if (_messages.Count == MaxMessages || _bytes + message.Body.Length > MaxBytes)
        {
            _messages.Clear();
            _bytes = 0;
        }

        _messages.Enqueue(message);
        _bytes += message.Body.Length;
    }

    /// <summary>The message at this place, and forgets those before it; null if it is not here.</summary>
    public QueuedMessage? Take(long sequence)
    {
        while (_messages.TryPeek(out QueuedMessage? first) && first.Sequence <= sequence)
        {
            _messages.Dequeue();
            _bytes -= first.Body.Length;
            if (first.Sequence == sequence)
            {
                return first;
            }
        }

        return null;
    }
}
