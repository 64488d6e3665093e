namespace EdgeHubSimulator.Queues;

/// <summary>
/// The bytes that all logs of a hub may take on the disk together. Beyond them the least important make room: the log of the highest
/// priority number, and of those the one whose first segment is oldest. So an alarm outlives any number of readings, and a disk is
/// never filled. Safe for concurrent use.
/// </summary>
internal sealed class DiskBudget(long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly List<FileLog> _logs = [];
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long MaxBytes => maxBytes;

    public void Join(FileLog log)
    {
        lock (_gate)
        {
            _logs.Add(log);
        }
    }

    public void Leave(FileLog log)
    {
        lock (_gate)
        {
            _logs.Remove(log);
        }
    }

    /// <summary>Counts bytes in or out.</summary>
    public void Count(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Makes room if there are too many. No log's own lock may be held: any log may have to give.</summary>
    public void Keep()
    {
        if (Bytes <= maxBytes)
        {
            return;
        }

        lock (_gate)
        {
            while (Bytes > maxBytes
                && _logs.Where(log => log.OldestSegment is not null).OrderByDescending(log => log.Priority).ThenBy(log => log.OldestSegment).FirstOrDefault() is { } victim)
            {
                victim.GiveOldest();
            }
        }
    }

    /// <summary>Makes durable what all logs hold.</summary>
    public void Sync()
    {
        FileLog[] logs;
        lock (_gate)
        {
            logs = [.. _logs];
        }

        foreach (FileLog log in logs)
        {
            log.Sync();
        }
    }
}
