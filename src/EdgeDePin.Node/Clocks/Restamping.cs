using EdgeDePin.Model;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node.Clocks;

/// <summary>
/// Gives readings the instants at which they were taken, whatever the clock on the wall said then. While it cannot be right they wait, and
/// with them the hub; when it is set, those of this start of the device that are stored already are moved.
/// </summary>
public sealed class Restamping : IDisposable
{
    /// <summary>The boolean field of points whose instant is not the one that the clock on the wall gave.</summary>
    public const string Mark = "restamped";

    private const long Millisecond = 1_000_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Measurements = [.. Quantity.All.Select(quantity => quantity.Measurement).Distinct(StringComparer.Ordinal)];

    private readonly NodeOptions _node;
    private readonly Store _store;
    private readonly TimeProvider _time;
    private readonly string _boot;
    private readonly DateTimeOffset _notBefore;
    private readonly BootClock _clock;
    private readonly ClockLedger _ledger;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<Task> _storing = [];
    private bool _loaded;
    private bool _unfinished;
    private long _waiting;
    private long _moved;
    private long _restamped;
    private long _refused;

    /// <param name="time">Its timestamps count since the start of the device.</param>
    /// <param name="boot">Which start that is.</param>
    /// <param name="synchronised">Whether the kernel says that the clock is kept right.</param>
    public Restamping(
        ClockOptions options, NodeOptions node, Store store, TimeProvider time, string boot, Func<bool?> synchronised, ILogger log)
    {
        (_node, _store, _time, _boot, _log) = (node, store, time, boot, log);
        _notBefore = options.NotBefore ?? BuildDate.Day;
        _clock = new BootClock(time, options, _notBefore, synchronised, NewestReading);
        _ledger = new ClockLedger(node, store, boot);
    }

    public ClockState State => _clock.State;

    /// <summary>How often the clock was set since this object was made.</summary>
    public long Steps => _clock.Steps;

    /// <summary>Readings that were stored at another instant than the clock gave them.</summary>
    public long Restamped => Interlocked.Read(ref _restamped);

    /// <summary>Readings of the messages that the hub has handed out and that wait for a clock; behind them the hub keeps more.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Points that were moved after they were stored.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>Readings of an earlier start of the device in which the clock was never set: they are in the quarantine.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Stores the readings of a pack; waits as long as nobody knows what time it is.</summary>
    /// <param name="append">Completes when points are durable.</param>
    public async Task StoreAsync(
        SenMlPack pack, Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        Task storing;
        int moved;
        Interlocked.Add(ref _waiting, pack.Stamped.Count);
        try
        {
            await TurnAsync(append, cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref _waiting, -pack.Stamped.Count);
        }

        try
        {
            bool isOurs = pack.Boot == _boot;
            await BelongAsync(isOurs, pack, append, cancellationToken);
            List<Reading> asTaken = [], restamped = [];
            foreach (StampedReading stamped in pack.Stamped)
            {
                Place(stamped, isOurs, asTaken, restamped);
            }

            storing = append(
                [
                    .. ReadingPoints.From(asTaken, _node.Site, _node.Name),
                    .. ReadingPoints.From(restamped, _node.Site, _node.Name).Select(point => new Point(
                        point.Measurement, point.Tags, [.. point.Fields, new Field(Mark, FieldValue.Boolean(true))], point.Instant)),
                ],
                cancellationToken);
            _storing.RemoveAll(other => other.IsCompleted);
            _storing.Add(storing);
            moved = restamped.Count;
        }
        finally
        {
            _turn.Release();
        }

        await storing;
        Interlocked.Add(ref _restamped, moved);
    }

    /// <summary>
    /// Waits until it is known what time it is. Points whose instants were made while the clock could not be right come back with those
    /// that it should have given.
    /// </summary>
    public async Task<IReadOnlyList<Point>> AdmitAsync(
        IReadOnlyList<Point> points, Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        await TurnAsync(append, cancellationToken);
        _turn.Release();
        if (_clock.Doubted is not { } doubted)
        {
            return points;
        }

        long limit = Point.InstantOf(_notBefore), shift = (_clock.BootedAt - doubted).Ticks * 100;
        return [.. points.Select(point => point.Instant >= limit ? point : new Point(point.Measurement, point.Tags, point.Fields, point.Instant + shift))];
    }

    /// <summary>Looks at the clock, and moves what has to be.</summary>
    /// <returns>Whether it is known what time it is.</returns>
    public async Task<bool> LookAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await SettleAsync(append, cancellationToken);
            return State != ClockState.Held;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // Holds the turn when it returns.
    private async Task TurnAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                await SettleAsync(append, cancellationToken);
            }
            catch
            {
                _turn.Release();
                throw;
            }

            if (State != ClockState.Held)
            {
                return;
            }

            _turn.Release();
            await Task.Delay(Pause, _time, cancellationToken);
        }
    }

    private void Place(StampedReading stamped, bool isOurs, List<Reading> asTaken, List<Reading> restamped)
    {
        Reading reading = stamped.Reading;
        if (isOurs && stamped.Uptime is { } uptime)
        {
            var right = DateTimeOffset.FromUnixTimeMilliseconds((_clock.BootedAt + uptime + TimeSpan.FromMicroseconds(500)).ToUnixTimeMilliseconds());
            bool differs = _clock.Differ(right, reading.ObservedAt);
            (differs ? restamped : asTaken).Add(differs ? reading with { ObservedAt = right } : reading);
        }
        else if (reading.ObservedAt >= _notBefore || stamped.Uptime is null)
        {
            asTaken.Add(reading);
        }
        else
        {
            _store.Quarantine(
                ReadingPoints.From([reading], _node.Site, _node.Name)[0], "", "it was taken while the clock was not set, in a start of the device that has ended");
            Interlocked.Increment(ref _refused);
        }
    }

    private async Task SettleAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        if (!_loaded)
        {
            _ledger.Load(_time.GetUtcNow());
            if (_ledger.Spans.LastOrDefault(span => !span.IsOther) is { } before)
            {
                // What a cut left half done is finished before the clock may have changed again.
                _clock.Resume(before);
                _unfinished = true;
            }

            _loaded = true;
        }

        await FinishAsync(append, cancellationToken);
        if (_clock.Look())
        {
            await BeginAsync(isOther: false, append, cancellationToken);
            NodeLog.ClockSet(_log, _clock.BootedAt, _clock.State);
            _unfinished = true;
            await FinishAsync(append, cancellationToken);
        }
    }

    // Readings of another start or device among ours must not be moved with them.
    private async Task BelongAsync(
        bool isOurs, SenMlPack pack, Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        bool isOther = _ledger.Spans is [.., { IsOther: true }];
        bool among = !isOurs && _clock.State != ClockState.Synchronised && pack.Readings.Any(reading => reading.ObservedAt >= _clock.BootedAt);
        if (isOurs ? isOther : among && !isOther)
        {
            await BeginAsync(isOther: !isOurs, append, cancellationToken);
        }
    }

    private async Task BeginAsync(bool isOther, Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        if (_ledger.Spans.Count >= ClockLedger.MaxSpans)
        {
            return;
        }

        // What was placed by the clock before is stored before there is another.
        await Task.WhenAll(_storing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _storing.Clear();
        var span = new ClockSpan(_clock.BootedAt, _clock.State, _store.HeadSequence, isOther);
        await append([_ledger.RowOf(span, _clock.BootedAt + _clock.Uptime)], cancellationToken);
        _ledger.Add(span);
    }

    private async Task FinishAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        if (!_unfinished)
        {
            return;
        }

        if (_ledger.Spans.Count >= ClockLedger.MaxSpans)
        {
            NodeLog.ClockUnclear(_log, ClockLedger.MaxSpans);
        }
        else
        {
            try
            {
                await MoveAsync(append, cancellationToken);
            }
            catch (StoreException error)
            {
                // A full disk: readings go on, by the new clock, and this is tried again.
                NodeLog.NotMoved(_log, error.Message);
                return;
            }
        }

        _unfinished = false;
    }

    private async Task MoveAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        ClockSpan now = _ledger.Spans.Last(span => !span.IsOther);
        long moved = 0;
        bool any = false;
        for (int at = 0; at + 1 < _ledger.Spans.Count; at++)
        {
            ClockSpan span = _ledger.Spans[at];
            long last = _ledger.Spans[at + 1].After;
            if (!span.IsOther && span.After >= _ledger.MovedTo && last > span.After && _clock.Differ(span.BootedAt, now.BootedAt) && !IsSure(span))
            {
                any = true;
                moved += _store.Shift(new PointShift(
                    Measurements, [new("site", _node.Site), new("node", _node.Name)], "sensor", span.After, last,
                    Point.InstantOf(span.BootedAt), Point.InstantOf(span.BootedAt + _clock.Uptime), (now.BootedAt - span.BootedAt).Ticks * 100, Millisecond, Mark));
            }
        }

        if (any)
        {
            await append([_ledger.RowOfMove(now.After, moved, now.BootedAt + _clock.Uptime)], cancellationToken);
            _ledger.Done(now.After);
            Interlocked.Add(ref _moved, moved);
            NodeLog.ReadingsMoved(_log, moved);
        }
    }

    // The clock that stamped them was known to be right while it was in force.
    private bool IsSure(ClockSpan span) => _ledger.Spans.Any(other =>
        !other.IsOther && other.State == ClockState.Synchronised && other.After >= span.After && !_clock.Differ(other.BootedAt, span.BootedAt));

    private DateTimeOffset NewestReading()
    {
        DateTimeOffset newest = DateTimeOffset.MinValue;
        foreach (string measurement in Measurements)
        {
            string query = $"SELECT * FROM {measurement} WHERE site = '{_node.Site}' AND node = '{_node.Name}' ORDER BY time DESC LIMIT 1";
            foreach (FieldValue?[] row in _store.Query(query, _time.GetUtcNow()).Statements.SelectMany(one => one.Series).SelectMany(one => one.Rows))
            {
                var instant = new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (row[0]!.Value.AsInteger / 100), TimeSpan.Zero);
                newest = instant > newest ? instant : newest;
            }
        }

        return newest;
    }
}
