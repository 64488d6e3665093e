using System.Collections;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// Points in the order in which they were stored, left in the columns in which the engine gave them: a point becomes an object
/// when somebody asks for it, each time.
/// </summary>
internal sealed class StoredColumns : IReadOnlyList<StoredPoint>
{
    private readonly IReadOnlyList<MeasurementColumns> _parts;
    private readonly ReadOnlyMemory<Place> _places;

    /// <param name="after">The sequence before the first one wanted.</param>
    /// <param name="until">The last one wanted.</param>
    public StoredColumns(IReadOnlyList<MeasurementColumns> parts, long after, long until)
    {
        // Sequences are dense but for what failed or was deleted: each has its place, and nothing needs sorting.
        var places = new Place[until - after];
        foreach ((int part, MeasurementColumns columns) in parts.Index())
        {
            for (int row = 0; row < columns.Count; row++)
            {
                if (columns.IsPoint(row))
                {
                    places[columns.Sequence(row) - after - 1] = new Place(part + 1, row);
                }
            }
        }

        int count = 0;
        foreach (Place place in places)
        {
            if (place.Part > 0)
            {
                places[count++] = place;
            }
        }

        (_parts, _places) = (parts, places.AsMemory(0, count));
    }

    private StoredColumns(IReadOnlyList<MeasurementColumns> parts, ReadOnlyMemory<Place> places) => (_parts, _places) = (parts, places);

    public int Count => _places.Length;

    public StoredPoint this[int index]
    {
        get
        {
            (MeasurementColumns columns, int row) = At(index);
            return columns.PointAt(row);
        }
    }

    /// <summary>Where a point stands.</summary>
    public (MeasurementColumns Columns, int Row) At(int index)
    {
        Place place = _places.Span[index];
        return (_parts[place.Part - 1], place.Row);
    }

    public long SequenceAt(int index)
    {
        (MeasurementColumns columns, int row) = At(index);
        return columns.Sequence(row);
    }

    public long InstantAt(int index)
    {
        (MeasurementColumns columns, int row) = At(index);
        return columns.Values.Time(row);
    }

    /// <summary>Parts of so many points, the last of what is left.</summary>
    public IEnumerable<StoredColumns> Chunks(int most)
    {
        for (int start = 0; start < Count; start += most)
        {
            yield return new StoredColumns(_parts, _places.Slice(start, Math.Min(most, Count - start)));
        }
    }

    /// <summary>The points up to a sequence.</summary>
    public StoredColumns Until(long sequence)
    {
        int count = Count;
        while (count > 0 && SequenceAt(count - 1) > sequence)
        {
            count--;
        }

        return count == Count ? this : new StoredColumns(_parts, _places[..count]);
    }

    /// <summary>The points of some measurements.</summary>
    public StoredColumns Of(Func<string, bool> measurement)
    {
        bool[] takes = [false, .. _parts.Select(part => measurement(part.Measurement.Name))];
        return takes.Skip(1).All(taken => taken) ? this : new StoredColumns(_parts, Array.FindAll(_places.ToArray(), place => takes[place.Part]));
    }

    public IEnumerator<StoredPoint> GetEnumerator()
    {
        for (int at = 0; at < Count; at++)
        {
            yield return this[at];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <param name="Part">From 1; 0 is nobody's.</param>
    private readonly record struct Place(int Part, int Row);
}
