namespace EdgeHubSimulator.Queues;

/// <summary>
/// Messages in their order, appended at one end, read once and released when they are done. What is read and not released is read
/// again when a log on disk is opened anew. It is bounded: the oldest make room, and are counted.
/// </summary>
internal interface IMessageLog : IDisposable
{
    /// <summary>Messages that wait to be read.</summary>
    long Unread { get; }

    /// <summary>Messages that had to make room, or were damaged on disk, before anybody read them.</summary>
    long Lost { get; }

    /// <summary>Gives the message its place.</summary>
    /// <exception cref="IOException">It could not be kept: the disk is full, or gone.</exception>
    void Append(QueuedMessage message);

    /// <summary>The next message that was not read; null if there is none.</summary>
    QueuedMessage? Read();

    /// <summary>Everything before this sequence is done.</summary>
    /// <param name="firstNeeded">Null: everything read so far is done.</param>
    void Release(long? firstNeeded);
}
