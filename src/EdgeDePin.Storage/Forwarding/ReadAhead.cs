using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Brings the backlog from the store many batches at once, and makes the next ones ready while one is on its way: a shard
/// lies in the order of series, so each read looks at all of it, and a server that waits for us stands idle. As long as all
/// arrives in order it reads farther each time, up to <see cref="MostValues"/>: two such windows in memory are about 30 MB, however
/// many fields a point has.
/// </summary>
/// <param name="server">Whose dialect the bodies are in.</param>
internal sealed class ReadAhead(Store store, PointSelection selection, Func<ServerKind> server) : IDisposable
{
    private const int LeastBatches = 4;

    /// <summary>Points of a window times the fields of the widest measurement: 160,000 points of five fields. Nine bytes each, and room to grow.</summary>
    private const int MostValues = 800_000;

    private int _batches = LeastBatches;
    private readonly Queue<Slice> _ready = [];
    private (long After, int Most) _readyFor;
    private Slice? _taken;
    private (long After, int Most) _takenFor;
    private Task<List<Slice>>? _coming;
    private (long After, int Most, long Until) _comingFor;

    /// <param name="after">The sequence before the first one wanted.</param>
    /// <param name="most">Points to look at, at most.</param>
    /// <param name="until">The last sequence wanted.</param>
    public Slice Take(long after, int most, long until)
    {
        // What was not delivered is wanted again.
        if (_taken is not null && _takenFor == (after, most) && _taken.End <= until)
        {
            return _taken;
        }

        if (_ready.Count == 0 || _readyFor != (after, most) || _ready.Peek().End > until)
        {
            Refill(after, most, until);
        }

        (_taken, _takenFor) = (_ready.Dequeue(), (after, most));
        _readyFor = (_taken.End, most);
        return _taken;
    }

    /// <summary>What <see cref="Take"/> will give after a slice that is under way, if all goes well; still to be taken.</summary>
    /// <returns>Null where that is not known, or there is nothing.</returns>
    public Slice? Peek(long after, int most, long until)
    {
        if (_taken?.End != after || _takenFor.Most != most || after >= until)
        {
            return null;
        }

        if (_ready.Count == 0)
        {
            Refill(after, most, until);
        }

        return _ready.Peek().End <= until ? _ready.Peek() : null;
    }

    public void Dispose()
    {
        try
        {
            _coming?.Wait();
        }
        catch (AggregateException)
        {
            // Whoever reads next meets it again.
        }
    }

    private void Refill(long after, int most, long until)
    {
        Task<List<Slice>>? coming = _coming;
        _coming = null;
        _ready.Clear();
        List<Slice>? come = coming?.GetAwaiter().GetResult();
        bool inOrder = come is not null && _comingFor == (after, most, until);
        _batches = Math.Clamp(MostValues / most / store.WidestMeasurement, 1, inOrder ? 2 * _batches : LeastBatches);
        foreach (Slice slice in inOrder ? come! : Read(after, most, until))
        {
            _ready.Enqueue(slice);
            _comingFor = (slice.End, most, until);
        }

        long next = _comingFor.After;
        _coming = next >= until ? null : Task.Run(() => Read(next, most, until));
    }

    private List<Slice> Read(long after, int most, long until)
    {
        var bodies = new ColumnBodies(server());
        var slices = new List<Slice>(_batches);
        int window = (int)Math.Min((long)_batches * most, until - after);
        foreach (StoredColumns read in store.ColumnsAfter(after, window).Chunks(most))
        {
            // The window may lie behind a hole, and then go beyond the end.
            StoredColumns within = read.Until(until);
            if (within.Count == 0)
            {
                break;
            }

            StoredColumns points = within.Of(selection.Takes);
            slices.Add(new Slice(false, points, within.SequenceAt(within.Count - 1), bodies.Of(points)));
        }

        return slices.Count > 0 ? slices : [new Slice(false, [], until)];
    }
}
