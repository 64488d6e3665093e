namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Decides what goes next. The live lane brings the newest points; where it is too far behind it leaps ahead, and what it
/// leapt over becomes the backlog, which is brought from its oldest end beside the live lane, at its own pace. While both
/// have work they take turns, so neither starves.
/// </summary>
/// <remarks>
/// Of two values that one series had at one instant the last stored counts, on both sides, so an old value must not arrive
/// after a newer one. Before the backlog brings a point that the live lane may have overtaken, the ranges ahead of the cursor
/// are given up: what is in them is delivered again, after it.
/// </remarks>
internal sealed class Lanes : IDisposable
{
    private const int Look = 1_000;

    private readonly Store _store;
    private readonly ForwarderOptions _options;
    private readonly ProgressFile _progress;
    private readonly PointSelection _selection;
    private readonly Downsampling? _downsampling;
    private readonly BacklogPace _pace;
    private readonly ReadAhead _backlog;
    private readonly TimeProvider _time;
    private readonly TimeSpan _cadence;
    private PointFilter? _overtaking;
    private long? _lastLive;
    private bool _liveWasLast;

    /// <param name="server">Who the destination is, as far as is known.</param>
    public Lanes(Store store, ForwarderOptions options, Func<ServerKind> server, TimeProvider time)
    {
        (_store, _options, _time) = (store, options, time);
        _progress = new ProgressFile(store, options.Name, time);
        _selection = new PointSelection(options.Measurements, options.ExceptMeasurements);
        _downsampling = options.Downsample > TimeSpan.Zero ? new Downsampling(store, options.Downsample, time) : null;
        _backlog = new ReadAhead(store, _selection, server);
        _pace = new BacklogPace(options.BacklogPointsPerSecond, time);
        _cadence = options.Downsample > options.PollInterval ? options.Downsample : options.PollInterval;
        foreach (SequenceRange range in _progress.Now.Ahead)
        {
            Remember(range);
        }
    }

    public Progress Progress => _progress.Now;

    /// <param name="most">Points to take at most.</param>
    /// <param name="hurry">Without regard to pace and cadence.</param>
    /// <param name="wait">When nothing is due: how long to wait before asking again.</param>
    /// <returns>Null when nothing is due.</returns>
    public Slice? Next(int most, bool hurry, out TimeSpan wait)
    {
        long head = _store.HeadSequence;
        if (head - Progress.Live > _options.LiveWindow)
        {
            _progress.Save(Progress.Leap(head - _options.LiveWindow));
        }

        TimeSpan liveIn = LiveIn(most, hurry, head);
        TimeSpan backlogIn = Progress.BacklogUntil is null ? Timeout.InfiniteTimeSpan : hurry ? TimeSpan.Zero : _pace.Wait();
        wait = TimeSpan.Zero;
        if (liveIn == TimeSpan.Zero && !(_liveWasLast && backlogIn == TimeSpan.Zero))
        {
            return Live(most, head);
        }

        if (backlogIn == TimeSpan.Zero)
        {
            return Backlog(most);
        }

        wait = new[] { _options.PollInterval, liveIn, backlogIn }.Where(one => one > TimeSpan.Zero).Min();
        return null;
    }

    /// <summary>
    /// What may be sent while a slice is on its way: the next of a backlog without a limit, unless the newest are due, or it has
    /// a value of the same series and instant as what is under way or has overtaken it.
    /// </summary>
    public Slice? Following(Slice underway, int most, bool hurry)
    {
        if (underway.IsLive || _downsampling is not null || (!hurry && _options.BacklogPointsPerSecond > 0)
            || LiveIn(most, hurry, _store.HeadSequence) == TimeSpan.Zero || Progress.BacklogUntil is not { } until)
        {
            return null;
        }

        return _backlog.Peek(underway.End, most, until) is { Points.Count: > 0 } next
            && _overtaking?.MayHaveAny(next.Points) != true && !next.MayMeet(underway) ? next : null;
    }

    /// <summary>A part of a slice has arrived.</summary>
    public void Arrived(Slice slice, long sequence, int points)
    {
        if (slice.IsLive)
        {
            if (!Progress.Ahead.IsEmpty)
            {
                _overtaking ??= new PointFilter();
                foreach (StoredPoint stored in slice.Points.Where(stored => stored.Sequence > Progress.Live && stored.Sequence <= sequence))
                {
                    _overtaking.Add(stored.Point);
                }
            }

            _progress.Save(Progress.LiveTo(sequence));
            return;
        }

        _pace.Spend(points);
        _progress.Advance(Progress.BacklogTo(sequence));
        if (Progress.Ahead.IsEmpty)
        {
            _overtaking = null;
        }

        if (Progress.BacklogUntil is null)
        {
            _progress.Settle();
        }
    }

    /// <summary>Makes durable what has arrived; nothing may arrive for a while.</summary>
    public void Settle() => _progress.Settle();

    public void Dispose() => _backlog.Dispose();

    /// <summary>Some of the points behind a sequence that this destination gets as they are.</summary>
    public IEnumerable<Point> PointsAfter(long sequence) => _downsampling is not null ? [] : _store.ReadAfter(sequence, Look)
        .Where(stored => _selection.Takes(stored.Point.Measurement)).Select(stored => stored.Point);

    // The head as it was before reading: what is appended meanwhile is not part of "nothing there".
    private Slice Live(int most, long head)
    {
        (_lastLive, _liveWasLast) = (_time.GetTimestamp(), true);
        IReadOnlyList<StoredPoint> read = _store.ReadAfter(Progress.Live, most);
        return Selected(true, read, read.Count == 0 ? head : read[^1].Sequence, Progress.Live);
    }

    private Slice Backlog(int most)
    {
        _liveWasLast = false;
        long until = Progress.BacklogUntil!.Value;
        if (_downsampling is not null)
        {
            IReadOnlyList<StoredPoint> read = [.. _store.ReadAfter(Progress.Cursor, most).TakeWhile(stored => stored.Sequence <= until)];
            return Selected(false, read, read.Count == 0 ? until : read[^1].Sequence, Progress.Cursor);
        }

        Slice slice = _backlog.Take(Progress.Cursor, most, until);
        if (_overtaking?.MayHaveAny(slice.Points) == true)
        {
            _progress.Save(Progress.InOrderAgain());
            _overtaking = null;
        }

        return slice;
    }

    private Slice Selected(bool isLive, IReadOnlyList<StoredPoint> read, long end, long before)
    {
        List<StoredPoint> points = [.. read.Where(stored => _selection.Takes(stored.Point.Measurement))];
        if (_downsampling is null || points.Count == 0)
        {
            return new Slice(isLive, points, end);
        }

        // Periods have no sequence of their own: only the last one moves the cursor.
        IReadOnlyList<Point> periods = _downsampling.Of(points.Select(stored => stored.Point));
        return new Slice(isLive, [.. periods.Select((point, at) => new StoredPoint(at == periods.Count - 1 ? end : before, point))], end);
    }

    private TimeSpan LiveIn(int most, bool hurry, long head) =>
        head <= Progress.Live ? Timeout.InfiniteTimeSpan : hurry || head - Progress.Live >= most ? TimeSpan.Zero : Due();

    private TimeSpan Due()
    {
        TimeSpan since = _lastLive is { } last ? _time.GetElapsedTime(last) : TimeSpan.MaxValue;
        return since >= _cadence ? TimeSpan.Zero : _cadence - since;
    }

    private void Remember(SequenceRange range)
    {
        _overtaking ??= new PointFilter();
        for (long at = range.After; at < range.Until;)
        {
            IReadOnlyList<StoredPoint> read = _store.ReadAfter(at, _options.BatchSize);
            foreach (StoredPoint stored in read)
            {
                _overtaking.Add(stored.Point);
            }

            at = read.Count == 0 ? range.Until : read[^1].Sequence;
        }
    }
}
