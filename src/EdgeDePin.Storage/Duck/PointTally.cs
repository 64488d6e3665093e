using System.Collections.Immutable;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// Counts distinct points. The engine looks at single points only in stretches of time that two files, or a file and the newest
/// table, both hold, and only when something was stored since the count before. Thread-safe.
/// </summary>
internal sealed class PointTally
{
    private volatile Known? _known;

    public long Count(ReadSession session)
    {
        if (_known is { } known && known.Schema == session.Schema && known.Head == session.Head)
        {
            return known.Points;
        }

        long points = session.Schema.Values.Sum(measurement => session.Connection.Number(
            $"SELECT count(*) FROM {new StoredRows(measurement, StoredRows.FirstOf(session.Connection, measurement)).Rows([], "TRUE", null, long.MaxValue)}"));
        _known = new Known(session.Schema, session.Head, points);
        return points;
    }

    private sealed record Known(ImmutableSortedDictionary<string, MeasurementSchema> Schema, long Head, long Points);
}
