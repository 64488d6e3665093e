using System.Diagnostics;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// Ends a writer at random moments, also while it opens the store, and opens the store after each: every acknowledged number is
/// there once, numbers have no hole but what was dropped and counted, no sequence is given twice in an epoch, and no cursor is
/// ahead of the store.
/// </summary>
internal sealed class Torture
{
    private const int MostViolations = 100;
    private const int ReadBatch = 50_000;

    /// <summary>So many numbers do not fit into the quota, not even when all that can be thinned is.</summary>
    private const long LastNumber = 100_000;
    private const int LastBatch = 2_500;

    /// <summary>The promise of a start after any end, in milliseconds.</summary>
    private const double LongestOpenMs = 30_000;

    private readonly Disaster _disaster;
    private readonly int _seed;
    private readonly Random _random;
    private readonly List<string> _violations = [];
    private readonly NumberLedger _numbers;
    private long _acknowledged;
    private long _cursor;
    private long _epoch;
    private long _failures;
    private int _whileOpening;
    private double _slowest;

    public Torture(Disaster disaster, int seed)
    {
        (_disaster, _seed, _random) = (disaster, seed, new Random(seed));
        _numbers = new NumberLedger(disaster.MayRefuse, violation => Expect(false, violation));
    }

    public async Task<TortureReport> RunAsync(int lives, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        Victim next = Start();
        try
        {
            for (int life = 1; life <= lives; life++)
            {
                using Victim victim = next;
                await _disaster.PrepareAsync(victim, _random, cancellationToken);
                await victim.OpenAsync(_numbers.Stored + 1, cancellationToken);
                next = Start();
                await LiveAsync(victim, cancellationToken);
                await _disaster.StrikeAsync(victim);
                await victim.EndedAsync();
                if (!TryVerify(victim, $"{_disaster.Name} {life}{(victim.Suffers.Length > 0 ? $" ({victim.Suffers})" : "")}"))
                {
                    return Report(life, Stopwatch.GetElapsedTime(began));
                }
            }
        }
        finally
        {
            next.Dispose();
        }

        LastLife();

        return Report(lives, Stopwatch.GetElapsedTime(began));
    }

    // Short lives may leave no time to tidy up. The last one is left alone until the quota was reached and kept.
    private void LastLife()
    {
        using Store store = Open();
        for (long number = _numbers.Stored + 1; number <= LastNumber; number += LastBatch)
        {
            store.Append(TortureWriter.PointsOf(number, LastBatch));
            _acknowledged = number + LastBatch - 1;
            // Before it may be dropped.
            _numbers.Take([.. After(store, _numbers.Head)], "in the last life");

            // On a busy machine the background would be late and make one shard of it all, and the newest is never dropped.
            store.Compact();
        }

        store.Compact();
        _numbers.Take([.. After(store, _numbers.Head)], "in the last life");
        _numbers.Reaches(_acknowledged, "in the last life");
        long bytes = store.Stats().ShardBytes;
        Expect(bytes <= TortureWriter.QuotaMegabytes * 1_250_000L, $"at the end: shards of {bytes} bytes with a quota of {TortureWriter.QuotaMegabytes} MB");
        Expect(_numbers.Dropped > 0 && _numbers.Thinned > 0, $"at the end: {_numbers.Thinned} points thinned and {_numbers.Dropped} dropped by a quota of {TortureWriter.QuotaMegabytes} MB");
        _numbers.Close(After(store, 0), store.PointCount);
    }

    private Victim Start() => Victim.Start(_disaster.Folder, _random.Next());

    // Mostly short, for the first moments after a start; some long enough to be at work on shards; some end while it opens.
    private async Task LiveAsync(Victim victim, CancellationToken cancellationToken)
    {
        if (_random.Next(4) == 0)
        {
            await Task.Delay(_random.Next(0, 60), cancellationToken);
            _whileOpening += victim.WasOpen ? 0 : 1;
            return;
        }

        await victim.OpenedAsync(cancellationToken);
        await Task.Delay(_random.Next(1, _random.Next(4) == 0 ? 800 : 120), cancellationToken);
    }

    private bool TryVerify(Victim victim, string when)
    {
        try
        {
            Verify(victim, when);
            return true;
        }
        catch (StoreException closed)
        {
            Expect(false, $"{when}: {closed.Message}");
            return false;
        }
    }

    // Only what is new: a thousand deaths leave too much to read it all each time.
    private void Verify(Victim victim, string when)
    {
        _acknowledged = Math.Max(_acknowledged, victim.Acknowledged);
        _cursor = Math.Max(_cursor, victim.Cursor);
        _failures += victim.Failures;
        Expect(victim.Failures == 0 || _disaster.MayRefuse, $"{when}: {victim.LastFailure}");
        (long before, long torn) = (_numbers.Head, _numbers.Torn);
        using Store store = Open();
        _numbers.Take([.. After(store, _numbers.Head)], when);
        _numbers.Reaches(_acknowledged, when);
        long cursor = store.GetCursor(TortureWriter.Cursor);
        Expect(cursor <= store.HeadSequence, $"{when}: the cursor {cursor} is ahead of the head {store.HeadSequence}");
        Expect(cursor >= _cursor, $"{when}: the cursor is {cursor} and {_cursor} was acknowledged");
        // The end of one append, and nothing else.
        Expect(_disaster.MayRefuse || (store.MovedAside.Count == _numbers.Torn - torn && store.MovedAside.Count <= 1), $"{when}: {store.MovedAside.Count} files damaged and {_numbers.Torn - torn} torn ends reported");
        Expect(store.Epoch > _epoch || _numbers.Head == before, $"{when}: epoch {store.Epoch} after {_epoch}");
        _epoch = store.Epoch;
    }

    private Store Open()
    {
        long start = Stopwatch.GetTimestamp();
        Store store = Store.Open(TortureWriter.Options(_disaster.Folder), TimeProvider.System, NullLogger.Instance);
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _slowest = Math.Max(_slowest, took);
        Expect(took < LongestOpenMs, $"opening took {took:F0} ms");
        return store;
    }

    private static IEnumerable<StoredPoint> After(Store store, long cursor)
    {
        while (store.ReadAfter(cursor, ReadBatch) is { Count: > 0 } batch)
        {
            foreach (StoredPoint stored in batch)
            {
                yield return stored;
            }

            cursor = batch[^1].Sequence;
        }
    }

    private TortureReport Report(int lives, TimeSpan took) => new()
    {
        Seed = _seed,
        Disaster = _disaster.Name,
        Kills = lives,
        WhileOpening = _whileOpening,
        FailedAppends = _failures,
        Acknowledged = _acknowledged,
        Stored = _numbers.Stored,
        Dropped = _numbers.Dropped,
        Thinned = _numbers.Thinned,
        Missing = _numbers.Missing,
        Duplicated = _numbers.Duplicated,
        Torn = _numbers.Torn,
        SlowestOpenMs = Math.Round(_slowest, 1),
        Seconds = Math.Round(took.TotalSeconds, 1),
        Violations = _violations,
    };

    private void Expect(bool holds, string violation)
    {
        if (!holds && _violations.Count < MostViolations)
        {
            _violations.Add(violation);
        }
    }
}
