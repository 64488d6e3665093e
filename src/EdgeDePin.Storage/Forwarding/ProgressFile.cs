namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Keeps a destination's progress in named cursors of the store: one for what is delivered without a gap, and two for each
/// range ahead. They are written one after the other, in an order in which every prefix says less than what was delivered,
/// never more: a crash in between repeats points, which changes nothing, and skips none.
/// </summary>
internal sealed class ProgressFile
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Store _store;
    private readonly string _name;
    private readonly TimeProvider _time;
    private volatile Progress _now;
    private Progress _written;
    private long _writtenAt;

    public ProgressFile(Store store, string name, TimeProvider time)
    {
        (_store, _name, _time) = (store, name, time);
        long head = store.HeadSequence;
        (_now, IEnumerable<CursorChange> repairs) = Parse(cursor => store.GetCursor(name + cursor), head);
        Write(repairs);
        _written = _now;
    }

    public Progress Now => _now;

    /// <summary>Makes the destination begin again from the first point.</summary>
    public static void Forget(Store store, string name)
    {
        for (int slot = 0; slot < Progress.Slots; slot++)
        {
            if (store.GetCursor(name + UntilOf(slot)) != 0)
            {
                store.SetCursor(name + UntilOf(slot), 0);
            }
        }

        store.SetCursor(name, 0);
    }

    /// <exception cref="StoreException">Not all of it is written down; the old progress stands.</exception>
    public void Save(Progress next)
    {
        lock (_gate)
        {
            Write(Changes(_written, next));
            (_now, _written, _writtenAt) = (next, next, _time.GetTimestamp());
        }
    }

    /// <summary>
    /// Keeps that more was delivered in order, and writes it down when the last time is long enough ago: a flush of the disk for
    /// each batch would take as long as a fast server needs for it. After a crash what was not written down is sent again.
    /// </summary>
    /// <exception cref="StoreException">Not all of it is written down.</exception>
    public void Advance(Progress next)
    {
        lock (_gate)
        {
            _now = next;
            if (_time.GetElapsedTime(_writtenAt) >= Pause)
            {
                Settle();
            }
        }
    }

    /// <summary>Writes down what is known.</summary>
    /// <exception cref="StoreException">Not all of it is written down.</exception>
    public void Settle()
    {
        lock (_gate)
        {
            if (_written != _now)
            {
                Save(_now);
            }
        }
    }

    /// <summary>What has to be written, in this order.</summary>
    public static IEnumerable<CursorChange> Changes(Progress before, Progress next)
    {
        if (next.Cursor != before.Cursor)
        {
            yield return new CursorChange("", next.Cursor);
        }

        foreach (SequenceRange gone in before.Ahead)
        {
            if (!gone.IsEmpty && !next.Ahead.Any(range => range.Slot == gone.Slot && range.After == gone.After))
            {
                yield return new CursorChange(UntilOf(gone.Slot), 0);
            }
        }

        foreach (SequenceRange range in next.Ahead)
        {
            SequenceRange? old = before.Ahead.Where(one => one.Slot == range.Slot).Cast<SequenceRange?>().FirstOrDefault();
            if (old?.After != range.After)
            {
                yield return new CursorChange(AfterOf(range.Slot), range.After);
            }

            if (!range.IsEmpty && range != old)
            {
                yield return new CursorChange(UntilOf(range.Slot), range.Until);
            }
        }
    }

    /// <summary>The progress that was written, and what a crash left to tidy up.</summary>
    /// <param name="read">The value of a cursor; 0 where there is none.</param>
    public static (Progress Progress, IEnumerable<CursorChange> Repairs) Parse(Func<string, long> read, long head)
    {
        long cursor = read("");
        SequenceRange[] slots = [.. Enumerable.Range(0, Progress.Slots).Select(slot => new SequenceRange(slot, read(AfterOf(slot)), read(UntilOf(slot))))];
        IEnumerable<CursorChange> all = slots.Where(range => range.Until != 0).Select(range => new CursorChange(UntilOf(range.Slot), 0));
        if (cursor > head || slots.Any(range => range.Until > head))
        {
            // The store is younger than its cursors: it was restored, or began anew after damage. Sending again is harmless.
            return (new Progress(0, []), [.. all, new CursorChange("", 0)]);
        }

        SequenceRange[] valid = [.. slots.Where(range => range.Until > range.After && range.Until > cursor).OrderBy(range => range.After)];
        Progress progress = new Progress(cursor, [.. valid]).BacklogTo(cursor);
        IEnumerable<CursorChange> stale = all.Where(change => !progress.Ahead.Any(range => UntilOf(range.Slot) == change.Cursor));
        return (progress, [.. progress.Cursor == cursor ? [] : new[] { new CursorChange("", progress.Cursor) }, .. stale]);
    }

    private void Write(IEnumerable<CursorChange> changes)
    {
        foreach (CursorChange change in changes)
        {
            _store.SetCursor(_name + change.Cursor, change.Sequence);
        }
    }

    private static string AfterOf(int slot) => $"#ahead{slot}.after";

    private static string UntilOf(int slot) => $"#ahead{slot}.until";
}
