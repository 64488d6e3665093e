using DuckDB.NET.Data;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// The housekeeping of a store: the log becomes shards, small shards become large ones, deleted rows leave the disk, and what
/// is too old or too much is thinned and then dropped. One at a time; appends and reads go on meanwhile.
/// </summary>
internal sealed class Maintenance(Store store, StoreEngine engine, DiskSpace disk, StoreOptions options, TimeProvider time, ILogger logger)
{
    private const string Message = "could not write a shard: {0}. The log keeps the points; free disk space.";

    private readonly Lock _one = new();

    /// <summary>Everything that is due.</summary>
    /// <exception cref="StoreException">No space, as a rule. Nothing is lost: the log keeps it.</exception>
    public void Run()
    {
        lock (_one)
        {
            if (disk.FullSince is not null)
            {
                Relieve();
            }

            Compact();
            Fold();
            Merge();
            Retain();
            disk.Reserve();
        }
    }

    /// <summary>Does something while no shard comes or goes.</summary>
    public void Alone(Action work)
    {
        lock (_one)
        {
            work();
        }
    }

    private void Compact()
    {
        OpenSpan? span = null;
        store.InLane(() => span = engine.HotPoints > 0 ? engine.CloseSpan() : null);
        if (span is not null)
        {
            Shard shard = store.OnDisk(() => engine.WriteShard(span), Message);
            store.InLane(() => engine.Adopt(shard, span), Message);
            engine.GiveBack();
            logger.Compacted(shard.Rows, shard.Bytes, span.Until - span.After);
        }
    }

    private void Fold()
    {
        while (engine.Shards.Find(engine.Tombstones.Touch) is { } touched)
        {
            Rewrite(Rewriting.Of(touched));
        }
    }

    private void Merge()
    {
        while (MergePolicy.Next(engine.Shards, options) is { } merging)
        {
            Rewrite(merging);
        }
    }

    private void Retain()
    {
        var retention = new Retention(options, Point.InstantOf(time.GetUtcNow()), store.ForwardedTo);
        while (retention.NextByAge(engine.Shards) is { } old)
        {
            Rewrite(old);
        }

        if (options.QuotaMegabytes is { } megabytes)
        {
            Save(retention, megabytes * 1_000_000L, "quota");
        }
    }

    // Only where the owner lets old points go at all, and not below half of the quota: then somebody else fills the disk, and
    // would be given the whole history bit by bit.
    private void Relieve()
    {
        long bytes = engine.Shards.Sum(shard => shard.Bytes), least = (options.QuotaMegabytes ?? 0) * 500_000L;
        if ((options.QuotaMegabytes ?? (object?)options.RetainFor) is not null && engine.LogBytes + bytes > least)
        {
            var retention = new Retention(options, Point.InstantOf(time.GetUtcNow()), store.ForwardedTo);
            long most = engine.LogBytes + bytes - Math.Max(bytes / 10, 1_000_000);
            while (engine.LogBytes + engine.Shards.Sum(shard => shard.Bytes) > most && retention.NextToSave(engine.Shards, "disk full") is { } saving)
            {
                try
                {
                    Rewrite(saving);
                }
                catch (StoreException) when (saving.Only is null && retention.NextToDrop(engine.Shards, "disk full") is { } dropping)
                {
                    // To write the thinned shard there is no space either.
                    Rewrite(dropping);
                }
            }
        }
    }

    private void Save(Retention retention, long most, string cause)
    {
        while (engine.LogBytes + engine.Shards.Sum(shard => shard.Bytes) > most && retention.NextToSave(engine.Shards, cause) is { } saving)
        {
            Rewrite(saving);
        }
    }

    // What becomes less is in the ledger before it goes.
    private void Rewrite(Rewriting rewriting)
    {
        (Tombstones, long) deleted = default;
        store.InLane(() =>
        {
            foreach (string measurement in rewriting.Resolutions.Keys)
            {
                engine.AddFields(measurement, FieldFates.Lacking(measurement, engine.Schema.GetValueOrDefault(measurement)?.Fields ?? []));
            }

            deleted = engine.Deleted;
        });
        var losses = new List<Loss>();
        Shard? written = store.OnDisk(() => engine.Rewrite(rewriting, deleted, store.ForwardedTo, losses), Message);
        try
        {
            if (rewriting.Only is { } only)
            {
                store.OnDisk(() => losses.AddRange(Dropped(rewriting, only, deleted)), Message);
            }

            store.Append(LossLedger.Of(losses));
            // With its name it is in force after the next start, whatever happens now: so not before the ledger knows.
            written = written is null ? null : store.OnDisk(() => engine.Finish(written), Message);
        }
        catch when (written is not null)
        {
            engine.Discard(written);
            throw;
        }

        store.InLane(() => engine.Replace(rewriting.Sources, written), Message);
        engine.GiveBack();
        logger.Rewritten(rewriting.Sources.Count, rewriting.Sources.Sum(shard => shard.Bytes), written?.Bytes ?? 0, losses.Sum(loss => loss.Before - loss.After), rewriting.Cause);
    }

    private List<Loss> Dropped(Rewriting rewriting, Func<string, bool> only, (Tombstones Tombstones, long) deleted)
    {
        using DuckDBConnection reader = engine.Connect();
        return [.. rewriting.Sources.SelectMany(shard => shard.Content.Measurements.Where(file => !only(file.Name))
            .SelectMany(file => LossLedger.OfFile(
                reader, shard, file, deleted.Tombstones, rewriting.Cause == "age" ? "age" : "quota", rewriting.Cause, store.ForwardedTo)))];
    }
}
