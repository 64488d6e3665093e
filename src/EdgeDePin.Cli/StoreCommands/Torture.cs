using System.Diagnostics;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// Kills a writer at random moments and opens the store after each: every acknowledged number is there once, numbers have
/// no hole, no sequence is given twice in an epoch, and no cursor is ahead of the store.
/// </summary>
internal sealed class Torture(string folder, int seed)
{
    private const int MostViolations = 100;
    private const int ReadBatch = 50_000;

    /// <summary>The promise of a start after any end, in milliseconds.</summary>
    private const double LongestOpenMs = 30_000;

    private readonly Random _random = new(seed);
    private readonly List<string> _violations = [];
    private Victim _victim = new(Acknowledged: 0, Cursor: 0);
    private long _head;
    private long _stored;
    private long _epoch;
    private long _missing;
    private long _duplicated;
    private double _slowest;

    public async Task<TortureReport> RunAsync(int kills, CancellationToken cancellationToken)
    {
        for (int kill = 1; kill <= kills; kill++)
        {
            // Mostly short, for the first moments after a start; some long enough to be at work on a shard.
            var life = TimeSpan.FromMilliseconds(_random.Next(1, _random.Next(3) == 0 ? 1_500 : 150));
            _victim = await Victim.RunAsync(folder, _random.Next(), _victim, _stored + 1, life, cancellationToken);
            Verify($"kill {kill}");
        }

        VerifyAll();
        return new TortureReport
        {
            Seed = seed,
            Kills = kills,
            Acknowledged = _victim.Acknowledged,
            Stored = _stored,
            Missing = _missing,
            Duplicated = _duplicated,
            SlowestOpenMs = Math.Round(_slowest, 1),
            Violations = _violations,
        };
    }

    // Only what is new: a thousand kills leave too much to read it all each time.
    private void Verify(string when)
    {
        using Store store = Open();
        long before = _head;
        foreach (StoredPoint stored in After(store, _head))
        {
            long number = stored.Point.Instant;
            Expect(stored.Point.Measurement == TortureWriter.Measurement, $"{when}: a row about damage: {stored.Point}");
            Expect(stored.Sequence > _head, $"{when}: sequence {stored.Sequence} after {_head}");
            _duplicated += number <= _stored ? 1 : 0;
            _missing += Math.Max(0, number - _stored - 1);
            Expect(number == _stored + 1, $"{when}: number {number} after {_stored}");
            (_head, _stored) = (stored.Sequence, number);
        }

        if (_stored < _victim.Acknowledged)
        {
            _missing += _victim.Acknowledged - _stored;
            Expect(false, $"{when}: {_victim.Acknowledged} was acknowledged and the store ends at {_stored}");
        }

        long cursor = store.GetCursor(TortureWriter.Cursor);
        Expect(cursor <= store.HeadSequence, $"{when}: the cursor {cursor} is ahead of the head {store.HeadSequence}");
        Expect(cursor >= _victim.Cursor, $"{when}: the cursor is {cursor} and {_victim.Cursor} was acknowledged");
        Expect(store.MovedAside.Count == 0, $"{when}: {store.MovedAside.Count} files damaged");
        Expect(store.Epoch > _epoch || _head == before, $"{when}: epoch {store.Epoch} after {_epoch}");
        _epoch = store.Epoch;
    }

    private void VerifyAll()
    {
        using Store store = Open();
        long rows = After(store, 0).LongCount();
        Expect(rows == _stored, $"at the end: {rows} rows of {_stored} numbers");
        Expect(store.PointCount == _stored, $"at the end: {store.PointCount} points of {_stored} numbers");
    }

    private Store Open()
    {
        long start = Stopwatch.GetTimestamp();
        Store store = Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance);
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

    private void Expect(bool holds, string violation)
    {
        if (!holds && _violations.Count < MostViolations)
        {
            _violations.Add(violation);
        }
    }
}
