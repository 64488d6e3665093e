namespace EdgeDePin.Storage.InfluxQl;

/// <summary>The grid of GROUP BY time.</summary>
/// <param name="Nanoseconds">Length of a bucket; at least 1.</param>
/// <param name="Offset">Shift of the grid in ns.</param>
/// <param name="Zone">Days of 23 and 25 hours are InfluxDB's: a bucket's start is moved by a change of the clock that is shorter than the bucket.</param>
internal sealed record TimeBuckets(long Nanoseconds, long Offset, TimeZoneInfo? Zone = null)
{
    /// <summary>The start of the bucket that holds an instant.</summary>
    public long StartOf(long instant)
    {
        Int128 shifted = (Int128)instant - Offset;
        long zone = OffsetAt(shifted);
        Int128 into = (((shifted + zone) % Nanoseconds) + Nanoseconds) % Nanoseconds;
        Int128 start = shifted - into;
        return Clamp(start + Moved(zone - OffsetAt(start)) + Offset);
    }

    /// <summary>The start of the bucket behind one that starts at <paramref name="start"/>.</summary>
    public long After(long start) => Next(start, Nanoseconds);

    /// <summary>The start of the bucket before one that starts at <paramref name="start"/>.</summary>
    public long Before(long start) => Next(start, -Nanoseconds);

    /// <summary>Offset of the zone from UTC in ns at an instant.</summary>
    public long OffsetAt(Int128 instant) => Zone is null ? 0 : ZoneOffsets.At(Zone, Clamp(instant));

    private long Next(long start, long step)
    {
        Int128 next = (Int128)start + step;
        return Clamp(next + Moved(OffsetAt((Int128)start - Offset) - OffsetAt(next - Offset)));
    }

    private long Moved(long change) => Math.Abs(change) < Nanoseconds ? change : 0;

    private static long Clamp(Int128 instant) =>
        instant < long.MinValue ? long.MinValue : instant > long.MaxValue ? long.MaxValue : (long)instant;
}
