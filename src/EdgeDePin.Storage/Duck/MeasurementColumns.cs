using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EdgeDePin.Storage.Duck;

/// <summary>Rows of one measurement in columns, with the number of each in the store.</summary>
internal sealed class MeasurementColumns
{
    private readonly ImmutableArray<Tag>[] _tags;
    private long[] _sequences = [];
    private int[] _series = [];

    public MeasurementColumns(MeasurementSchema measurement)
    {
        Measurement = measurement;
        Values = new ColumnTable([.. measurement.Fields.Select(field => field.Kind)], 0);
        _tags = new ImmutableArray<Tag>[measurement.Series.Select(series => series.Id).DefaultIfEmpty().Max() + 1];
        foreach (Series series in measurement.Series)
        {
            _tags[series.Id] = series.Tags;
        }
    }

    public MeasurementSchema Measurement { get; }

    /// <summary>Instants, and a column for each field of the measurement.</summary>
    public ColumnTable Values { get; }

    public int Count => Values.Count;

    /// <summary>Every series is below it.</summary>
    public int SeriesEnd => _tags.Length;

    public long Sequence(int row) => _sequences[row];

    public int Series(int row) => _series[row];

    /// <summary>Whether a row is a point: of a series that exists, with any value.</summary>
    public bool IsPoint(int row) => _series[row] < _tags.Length && !_tags[_series[row]].IsDefault && Values.HasAny(row);

    public ImmutableArray<Tag> TagsOf(int series) => _tags[series];

    /// <param name="chunk">Columns <c>ts</c>, <c>seq</c>, <c>series</c> and the fields.</param>
    public void Add(ResultChunks chunk)
    {
        int before = Count;
        Values.AddRows(chunk, firstColumn: 3);
        if (_sequences.Length < Count)
        {
            int room = Math.Max(Count, 2 * _sequences.Length);
            Array.Resize(ref _sequences, room);
            Array.Resize(ref _series, room);
        }

        chunk.Longs(1).CopyTo(_sequences.AsSpan(before));
        chunk.Ints(2).CopyTo(_series.AsSpan(before));
    }

    public StoredPoint PointAt(int row)
    {
        var fields = new List<Field>(Measurement.Fields.Length);
        for (int at = 0; at < Measurement.Fields.Length; at++)
        {
            if (Values.Value(row, at) is { } value)
            {
                fields.Add(new Field(Measurement.Fields[at].Key, value));
            }
        }

        return new StoredPoint(_sequences[row], Point.Checked(
            Measurement.Name, _tags[_series[row]], ImmutableCollectionsMarshal.AsImmutableArray(fields.ToArray()), Values.Time(row)));
    }
}
