using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage;

/// <summary>
/// Moves points in time: each is stored again at its right instant and then, when all of them are durable there, deleted at the
/// wrong one. A cut in between leaves both, and moving them once more comes to the same end, since the new ones have sequences
/// that the shift does not concern.
/// </summary>
internal sealed class Shifting(Store store, StoreEngine engine)
{
    /// <summary>Points of one commit; a few MB in memory.</summary>
    private const int Batch = 5_000;

    /// <param name="progress">Is kept up to date, also where a disk ends this early.</param>
    /// <returns>How many points were moved.</returns>
    public long Run(PointShift shift, ShiftProgress progress)
    {
        if (progress.IsDone)
        {
            return progress.Moved;
        }

        HashSet<string> marked = [.. shift.Measurements.Where(name => Marks(name, shift.Mark))];
        HashSet<string> named = [.. shift.Measurements];
        while (progress.Cursor < shift.Last)
        {
            long until = Math.Min(shift.Last, progress.Cursor + Batch);
            IReadOnlyList<Point> points = store.OnDisk(() => Read(shift, named, marked, progress.Cursor, until), Store.Reading);
            store.Append(points);
            (progress.Moved, progress.Cursor) = (progress.Moved + points.Count, until);
        }

        foreach (string measurement in shift.Measurements)
        {
            IReadOnlyList<Series> series = engine.Schema.TryGetValue(measurement, out MeasurementSchema? schema)
                ? [.. schema.Series.Where(shift.Concerns)] : [];
            if (progress.Moved > 0 && series.Count > 0)
            {
                store.Delete(measurement, series, shift.From, shift.Until, shift.After, shift.Last);
            }
        }

        progress.IsDone = true;
        return progress.Moved;
    }

    private List<Point> Read(PointShift shift, HashSet<string> named, HashSet<string> marked, long after, long until)
    {
        using ReadSession reader = engine.Read();
        return [.. PointReader.Read(reader, after, until)
            .Select(stored => stored.Point)
            .Where(point => named.Contains(point.Measurement) && point.Instant >= shift.From && point.Instant <= shift.Until && IsConcerned(point, shift))
            .Select(point => new Point(
                point.Measurement, point.Tags,
                marked.Contains(point.Measurement) ? [.. point.Fields.Where(field => field.Key != shift.Mark), new Field(shift.Mark, FieldValue.Boolean(true))] : point.Fields,
                shift.Right(point.Instant)))];
    }

    private static bool IsConcerned(Point point, PointShift shift) =>
        point.Tags.Any(tag => tag.Key == shift.TagKey)
        && shift.Tags.All(wanted => point.Tags.Any(tag => tag.Key == wanted.Key && tag.Value == wanted.Value));

    // A measurement in which the field is something else, or which has as many fields as it may have, goes without the mark.
    private bool Marks(string measurement, string mark)
    {
        store.InLane(() => engine.AddFields(measurement, [(mark, FieldKind.Boolean)]));
        return engine.Schema.TryGetValue(measurement, out MeasurementSchema? schema) && schema.Field(mark)?.Kind == FieldKind.Boolean;
    }
}
