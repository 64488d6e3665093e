namespace EdgeDePin.Sensors.Sampling;

/// <summary>
/// What became of every value that sensors were asked for. One question to a sensor of three quantities asks for three, so
/// at any moment readings + faults = asked; readings that nobody fetched in time are dropped afterwards.
/// </summary>
public sealed class SamplingCounters
{
    private readonly Lock _lock = new();
    private SamplingCounts _counts;

    /// <summary>All four of one moment.</summary>
    public SamplingCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts;
            }
        }
    }

    public long SamplesAsked => Counts.SamplesAsked;

    public long Readings => Counts.Readings;

    public long Faults => Counts.Faults;

    public long Dropped => Counts.Dropped;

    /// <param name="suspect">Of the readings.</param>
    /// <param name="bad">Of the readings.</param>
    /// <param name="unlikeNeighbours">Of those that are suspect.</param>
    internal void Book(int asked, int readings, int suspect, int bad, int unlikeNeighbours)
    {
        lock (_lock)
        {
            _counts = _counts with
            {
                SamplesAsked = _counts.SamplesAsked + asked,
                Readings = _counts.Readings + readings,
                Faults = _counts.Faults + asked - readings,
                Suspect = _counts.Suspect + suspect,
                Bad = _counts.Bad + bad,
                UnlikeNeighbours = _counts.UnlikeNeighbours + unlikeNeighbours,
            };
        }
    }

    internal void Drop()
    {
        lock (_lock)
        {
            _counts = _counts with { Dropped = _counts.Dropped + 1 };
        }
    }
}

/// <param name="SamplesAsked">Values asked for: one per quantity and question.</param>
/// <param name="Readings">Values that came and went into the inbox.</param>
/// <param name="Faults">Values that did not come, by a fault or by a channel without data.</param>
/// <param name="Dropped">Readings that a full inbox gave up for newer ones; they are in <paramref name="Readings"/> too.</param>
/// <param name="Suspect">Readings that may be wrong.</param>
/// <param name="Bad">Readings that cannot be right.</param>
/// <param name="UnlikeNeighbours">Readings that are suspect for their neighbours' sake; they are in <paramref name="Suspect"/> too.</param>
public readonly record struct SamplingCounts(
    long SamplesAsked, long Readings, long Faults, long Dropped, long Suspect = 0, long Bad = 0, long UnlikeNeighbours = 0);
