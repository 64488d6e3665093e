using EdgeDePin.Model;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node.Clocks;

/// <summary>Brings what was stored by a wrong clock to the instants of the one in force, as often as it takes.</summary>
internal sealed class ClockMoves(NodeOptions node, Store store, TimeProvider time, BootClock clock, ClockLedger ledger, ILogger log)
{
    /// <summary>A disk that refused is not asked again before.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What readings are stored in.</summary>
    public static readonly IReadOnlyList<string> Measurements = [.. Quantity.All.Select(quantity => quantity.Measurement).Distinct(StringComparer.Ordinal)];

    private const long Millisecond = 1_000_000;

    // By the place of the span in the ledger: what a disk broke off goes on where it was.
    private readonly Dictionary<int, Begun> _begun = [];
    private long? _refusedAt;
    private bool _unfinished;
    private long _moved;

    /// <summary>Points that were moved after they were stored.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>There may be something to move.</summary>
    public void Need() => _unfinished = true;

    public async Task FinishAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        if (!_unfinished || (_refusedAt is { } at && time.GetElapsedTime(at) < Patience))
        {
            return;
        }

        if (ledger.Spans.Count >= ClockLedger.MaxSpans)
        {
            NodeLog.ClockUnclear(log, ClockLedger.MaxSpans);
        }
        else
        {
            try
            {
                await MoveAsync(append, cancellationToken);
            }
            catch (StoreException error)
            {
                // A full disk, or one that does not give back what it has: readings go on, by the new clock, and this is tried again.
                NodeLog.NotMoved(log, error.Message);
                _refusedAt = time.GetTimestamp();
                return;
            }
        }

        _refusedAt = null;
        _unfinished = false;
        _begun.Clear();
    }

    private async Task MoveAsync(Func<IReadOnlyList<Point>, CancellationToken, Task> append, CancellationToken cancellationToken)
    {
        ClockSpan now = ledger.Spans.Last(span => !span.IsOther);
        long moved = 0;
        bool any = false;
        for (int at = 0; at + 1 < ledger.Spans.Count; at++)
        {
            ClockSpan span = ledger.Spans[at];
            long last = ledger.Spans[at + 1].After;
            if (!span.IsOther && span.After >= ledger.MovedTo && last > span.After && clock.Differ(span.BootedAt, now.BootedAt) && !IsSure(span))
            {
                any = true;
                Begun begun = Begin(at, last, now);
                moved += store.Shift(begun.Shift, begun.Progress);
            }
        }

        if (any)
        {
            await append([ledger.RowOfMove(now.After, moved, now.BootedAt + clock.Uptime)], cancellationToken);
            ledger.Done(now.After);
            Interlocked.Add(ref _moved, moved);
            NodeLog.ReadingsMoved(log, moved);
        }
    }

    // What went to another clock's instants meanwhile lies in a later span, and is moved with that.
    private Begun Begin(int at, long last, ClockSpan to)
    {
        if (_begun.TryGetValue(at, out Begun? before) && before.To == to)
        {
            return before;
        }

        ClockSpan span = ledger.Spans[at];
        var shift = new PointShift(
            Measurements, [new("site", node.Site), new("node", node.Name)], "sensor", span.After, last,
            Point.InstantOf(span.BootedAt), Point.InstantOf(span.BootedAt + clock.Uptime), (to.BootedAt - span.BootedAt).Ticks * 100, Millisecond, Restamping.Mark);
        return _begun[at] = new Begun(to, shift, new ShiftProgress(span.After));
    }

    // The clock that stamped them was known to be right while it was in force.
    private bool IsSure(ClockSpan span) => ledger.Spans.Any(other =>
        !other.IsOther && other.State == ClockState.Synchronised && other.After >= span.After && !clock.Differ(other.BootedAt, span.BootedAt));

    private sealed record Begun(ClockSpan To, PointShift Shift, ShiftProgress Progress);
}
