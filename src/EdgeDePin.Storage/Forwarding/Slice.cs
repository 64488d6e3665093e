using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>What one lane takes from the store at once.</summary>
/// <param name="Points">Those that the destination gets; may be empty.</param>
/// <param name="End">The last sequence looked at: with the points delivered, everything up to here is.</param>
/// <param name="Body">All of the points as a body, where that was made ahead.</param>
internal sealed record Slice(bool IsLive, IReadOnlyList<StoredPoint> Points, long End, PreparedBody? Body = null)
{
    /// <summary>
    /// Whether both may have a value of one series at one instant, so that it matters which arrives last. Never says no wrongly;
    /// a yes by a hash that two points share costs only time.
    /// </summary>
    public bool MayMeet(Slice other)
    {
        (long first, long last) = Instants(Points);
        (long otherFirst, long otherLast) = Instants(other.Points);
        return first <= otherLast && otherFirst <= last && PointFilter.Hashes(Points).ToHashSet().Overlaps(PointFilter.Hashes(other.Points));
    }

    private static (long First, long Last) Instants(IReadOnlyList<StoredPoint> points)
    {
        (long first, long last) = (long.MaxValue, long.MinValue);
        for (int at = 0; at < points.Count; at++)
        {
            long instant = points is StoredColumns columns ? columns.InstantAt(at) : points[at].Point.Instant;
            (first, last) = (Math.Min(first, instant), Math.Max(last, instant));
        }

        return (first, last);
    }
}
