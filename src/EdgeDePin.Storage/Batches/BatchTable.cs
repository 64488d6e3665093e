using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Batches;

/// <summary>The points of one measurement in a batch. What it has learned of series and fields stays when it is filled again.</summary>
internal sealed class BatchTable(string measurement)
{
    private readonly Dictionary<ImmutableArray<Tag>, BatchSeries> _byTags = new(TagSetComparer.Instance);
    private readonly Dictionary<(string Key, FieldKind Kind), BatchColumn> _byKey = [];
    private readonly List<BatchColumn> _columns = [];
    private readonly List<BatchSeries> _used = [];
    private int[] _series = new int[16];
    private int[] _order = new int[16];
    private long[] _instants = new long[16];
    private int _filling = 1;
    private BatchSeries? _last;

    public string Measurement => measurement;

    public int Rows { get; private set; }

    /// <summary>In the order in which they first appeared; some may have no value in this filling.</summary>
    public List<BatchColumn> Columns => _columns;

    /// <summary>The series of this filling.</summary>
    public List<BatchSeries> Used => _used;

    /// <summary>For each row its series, by number in <see cref="Used"/>.</summary>
    public ReadOnlySpan<int> Series => _series.AsSpan(0, Rows);

    /// <summary>For each row its place among the points of the batch.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, Rows);

    /// <summary>For each row the nanoseconds since 1970.</summary>
    public ReadOnlySpan<long> Instants => _instants.AsSpan(0, Rows);

    /// <summary>Whether some field came with two types.</summary>
    public bool HasTwins { get; private set; }

    public int SeriesCount => _byTags.Count;

    public Known<Catalogue.Entry> Known { get; } = new();

    public BatchSeries SeriesOf(ImmutableArray<Tag> tags)
    {
        if (_last?.Next is { } guess && TagSetComparer.Instance.Equals(guess.Tags, tags))
        {
            return guess;
        }

        ref BatchSeries? series = ref CollectionsMarshal.GetValueRefOrAddDefault(_byTags, tags, out _);
        return series ??= new BatchSeries(tags);
    }

    /// <param name="guess">The number of the column that it probably is.</param>
    public BatchColumn ColumnOf(string key, FieldKind kind, int guess)
    {
        if (guess < _columns.Count && _columns[guess].Kind == kind && _columns[guess].Key == key)
        {
            return _columns[guess];
        }

        if (Find(key, kind) is { } known)
        {
            return known;
        }

        HasTwins |= _columns.Exists(column => column.Key == key);
        var added = new BatchColumn(key, kind);
        _columns.Add(added);
        _byKey.Add((key, kind), added);
        return added;
    }

    public BatchColumn? Find(string key, FieldKind kind) => _byKey.GetValueOrDefault((key, kind));

    /// <summary>Ends the row that columns got values for.</summary>
    /// <param name="order">Its place among the points of the batch.</param>
    public void EndRow(BatchSeries series, long instant, int order)
    {
        if (Rows == _instants.Length)
        {
            Array.Resize(ref _instants, 2 * Rows);
            Array.Resize(ref _series, 2 * Rows);
            Array.Resize(ref _order, 2 * Rows);
        }

        if (series.Enter(_filling, _used.Count))
        {
            _used.Add(series);
        }

        if (_last is not null)
        {
            _last.Next = series;
        }

        _last = series;
        (_series[Rows], _instants[Rows], _order[Rows]) = (series.Slot, instant, order);
        Rows++;
    }

    /// <summary>Takes back the values of a row that did not come about.</summary>
    public void UndoRow() => _columns.ForEach(column => column.Undo(Rows));

    public void Clear()
    {
        _columns.ForEach(column => column.Clear());
        _used.Clear();
        (Rows, _filling) = (0, _filling + 1);
    }
}
