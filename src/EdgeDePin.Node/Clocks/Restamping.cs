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

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(5);

    private readonly NodeOptions _node;
    private readonly Store _store;
    private readonly TimeProvider _time;
    private readonly string _boot;
    private readonly DateTimeOffset _notBefore;
    private readonly BootClock _clock;
    private readonly ClockLedger _ledger;
    private readonly ClockMoves _moves;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<Task> _storing = [];
    private bool _loaded;
    private bool _unbegun;
    private string? _trouble;
    private long _waiting;
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
        _moves = new ClockMoves(node, store, time, _clock, _ledger, log);
    }

    public ClockState State => _clock.State;

    /// <summary>How often the clock was set since this object was made.</summary>
    public long Steps => _clock.Steps;

    /// <summary>Readings that were stored at another instant than the clock gave them.</summary>
    public long Restamped => Interlocked.Read(ref _restamped);

    /// <summary>Readings of the messages that the hub has handed out and that wait for a clock; behind them the hub keeps more.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Points that were moved after they were stored.</summary>
    public long Moved => _moves.Moved;

    /// <summary>Readings of an earlier start of the device in which the clock was never set: they are in the quarantine.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Stores the readings of a pack; waits as long as nobody knows what time it is.</summary>
    /// <param name="append">Completes when points are durable.</param>
    /// <param name="setAside">Completes when a point is in the quarantine, for a reason.</param>
    public async Task StoreAsync(
        SenMlPack pack, Func<IReadOnlyList<Point>, CancellationToken, Task> append, Func<Point, string, CancellationToken, Task> setAside,
        CancellationToken cancellationToken)
    {
        var lost = new List<Reading>();
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
                Place(stamped, isOurs, asTaken, restamped, lost);
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
        // Last, when the message can only be done: one that comes again would be set aside again.
        foreach (Reading reading in lost)
        {
            await setAside(
                ReadingPoints.From([reading], _node.Site, _node.Name)[0], "it was taken while the clock was not set, in a start of the device that has ended",
                cancellationToken);
            Interlocked.Increment(ref _refused);
        }
    }

    /// <summary>
    /// Waits until it is known what time it is. Points whose instants were made while the clock could not be right come back with those
    /// that it should have given.
    /// </summary>
    public async Task<IReadOnlyList<Point>> AdmitAsync(
        IReadOnlyList<Point> points, Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        await TurnAsync(append, cancellationToken);
        (DateTimeOffset? doubted, DateTimeOffset booted, TimeSpan uptime) = (_clock.Doubted, _clock.BootedAt, _clock.Uptime);
        _turn.Release();
        if (doubted is not { } wrong)
        {
            return points;
        }

        // Only what this start of the device can have stamped: older points were handed over as they are.
        long limit = Point.InstantOf(_notBefore), shift = (booted - wrong).Ticks * 100;
        (long first, long last) = (Point.InstantOf(wrong), Math.Min(limit - 1, Point.InstantOf(wrong + uptime)));
        return [.. points.Select(point => point.Instant < first || point.Instant > last ? point : new Point(point.Measurement, point.Tags, point.Fields, point.Instant + shift))];
    }

    /// <summary>Looks at the clock, and moves what has to be.</summary>
    /// <returns>Whether it is known what time it is.</returns>
    public async Task<bool> LookAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await TrySettleAsync(append, cancellationToken);
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
            bool settled;
            await _turn.WaitAsync(cancellationToken);
            try
            {
                settled = await TrySettleAsync(append, cancellationToken);
            }
            catch
            {
                _turn.Release();
                throw;
            }

            if (settled && State != ClockState.Held)
            {
                return;
            }

            _turn.Release();
            await Task.Delay(settled ? Pause : DiskPatience, _time, cancellationToken);
        }
    }

    private void Place(StampedReading stamped, bool isOurs, List<Reading> asTaken, List<Reading> restamped, List<Reading> lost)
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
            lost.Add(reading);
        }
    }

    // By a clock that is not in the ledger no reading is placed: what the disk refuses now it may take later.
    private async Task<bool> TrySettleAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(append, cancellationToken);
            _trouble = null;
            return true;
        }
        catch (StoreException error)
        {
            if (_trouble != error.Message)
            {
                _trouble = error.Message;
                NodeLog.ClockNotSettled(_log, error.Message);
            }

            return false;
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
                _moves.Need();
            }

            _loaded = true;
        }

        await _moves.FinishAsync(append, cancellationToken);
        // The clock says it once; the disk may not take it at once.
        _unbegun |= _clock.Look();
        if (_unbegun)
        {
            await BeginAsync(isOther: false, append, cancellationToken);
            _unbegun = false;
            NodeLog.ClockSet(_log, _clock.BootedAt, _clock.State);
            _moves.Need();
            await _moves.FinishAsync(append, cancellationToken);
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

    private DateTimeOffset NewestReading()
    {
        DateTimeOffset newest = DateTimeOffset.MinValue;
        foreach (string measurement in ClockMoves.Measurements)
        {
            string query = $"SELECT * FROM {measurement} WHERE site = '{_node.Site}' AND node = '{_node.Name}' ORDER BY time DESC LIMIT 1";
            foreach (FieldValue?[] row in _store.Query(query, _time.GetUtcNow()).Rows())
            {
                var instant = new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (row[0]!.Value.AsInteger / 100), TimeSpan.Zero);
                newest = instant > newest ? instant : newest;
            }
        }

        return newest;
    }
}
