using System.Collections.Immutable;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// Remembers which (series, instant) were sent, in 1 MiB, never forgetting one and now and then claiming one too many (a
/// Bloom filter: 0.3 % at half a million points). A false claim costs a repetition and nothing else.
/// </summary>
internal sealed class PointFilter
{
    private const int Bits = 8 * 1024 * 1024;
    private const int Probes = 4;

    private readonly ulong[] _words = new ulong[Bits / 64];

    public void Add(Point point)
    {
        ulong hash = Hash(point.Instant, SeriesOf(point.Measurement, point.Tags));
        for (int probe = 0; probe < Probes; probe++)
        {
            int bit = Bit(hash, probe);
            _words[bit / 64] |= 1UL << (bit % 64);
        }
    }

    public bool MayHave(Point point) => MayHave(Hash(point.Instant, SeriesOf(point.Measurement, point.Tags)));

    /// <summary>Whether it may have any of them.</summary>
    public bool MayHaveAny(IReadOnlyList<StoredPoint> points) => Hashes(points).Any(MayHave);

    /// <summary>One number for the series and instant of each. Points in columns are not made objects for that, and a series is hashed once.</summary>
    public static IEnumerable<ulong> Hashes(IReadOnlyList<StoredPoint> points) => points is StoredColumns columns
        ? Hashes(columns)
        : points.Select(stored => Hash(stored.Point.Instant, SeriesOf(stored.Point.Measurement, stored.Point.Tags)));

    private static IEnumerable<ulong> Hashes(StoredColumns columns)
    {
        Dictionary<MeasurementColumns, ulong?[]> known = [];
        for (int at = 0; at < columns.Count; at++)
        {
            (MeasurementColumns part, int row) = columns.At(at);
            if (!known.TryGetValue(part, out ulong?[]? series))
            {
                known[part] = series = new ulong?[part.SeriesEnd];
            }

            int number = part.Series(row);
            series[number] ??= SeriesOf(part.Measurement.Name, part.TagsOf(number));
            yield return Hash(part.Values.Time(row), series[number]!.Value);
        }
    }

    private bool MayHave(ulong hash)
    {
        for (int probe = 0; probe < Probes; probe++)
        {
            int bit = Bit(hash, probe);
            if ((_words[bit / 64] & (1UL << (bit % 64))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Bit(ulong hash, int probe) => (int)(unchecked((uint)hash + ((uint)probe * ((uint)(hash >> 32) | 1))) % Bits);

    private static ulong SeriesOf(string measurement, ImmutableArray<Tag> tags)
    {
        ulong hash = StableHash.Of(measurement, StableHash.Start);
        foreach (Tag tag in tags)
        {
            hash = StableHash.Of(tag.Value, StableHash.Of(tag.Key, hash));
        }

        return hash;
    }

    private static ulong Hash(long instant, ulong series) => StableHash.Mixed(StableHash.Of(instant, series));
}
