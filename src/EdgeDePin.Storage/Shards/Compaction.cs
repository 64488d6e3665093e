using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Shards;

/// <summary>When the log is moved into a shard: in the background, one at a time, when it has grown long enough.</summary>
internal sealed class Compaction(Store store, int shardPoints, ILogger logger)
{
    /// <summary>Who writes faster than shards are made waits from here on: in shards that the memory would have to hold.</summary>
    private const int MostShardsWaiting = 2;

    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);

    private Task _running = Task.CompletedTask;
    private long _startAt = shardPoints;
    private volatile bool _soon;

    /// <summary>Called by the writer lane after each commit.</summary>
    public void Consider(long hotPoints)
    {
        if ((hotPoints >= _startAt || _soon) && _running.IsCompleted)
        {
            _soon = false;
            _running = Task.Run(() => Run(hotPoints));
        }
    }

    /// <summary>
    /// Called by who commits for others, outside the lane: holds writers back while too much waits for a shard. Not for long:
    /// a disk that takes no shard must not stop the log, too.
    /// </summary>
    public void Hold(long hotPoints)
    {
        if (hotPoints >= (long)MostShardsWaiting * shardPoints)
        {
            _running.Wait(LongestHold);
        }
    }

    /// <summary>Something was deleted that should leave the disk: the next commit brings it about.</summary>
    public void Soon() => _soon = true;

    /// <summary>The disk is full: whatever may go is looked for now. Called by whoever found it, in any lane.</summary>
    public void Relieve()
    {
        if (_running.IsCompleted)
        {
            _running = Task.Run(() => Run(0));
        }
    }

    /// <summary>Waits for the one that is under way.</summary>
    public void Finish() => _running.Wait();

    private void Run(long hotPoints)
    {
        try
        {
            store.Compact();
            _startAt = shardPoints;
        }
        catch (StoreException error)
        {
            // Tried again when there is much more to move; until then a start takes longer.
            _startAt = hotPoints + (shardPoints / 4);
            logger.NotCompacted(error.Message);
        }
    }
}
