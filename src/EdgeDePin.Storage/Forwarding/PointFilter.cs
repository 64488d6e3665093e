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
        ulong hash = Hash(point);
        for (int probe = 0; probe < Probes; probe++)
        {
            int bit = Bit(hash, probe);
            _words[bit / 64] |= 1UL << (bit % 64);
        }
    }

    public bool MayHave(Point point)
    {
        ulong hash = Hash(point);
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

    private static ulong Hash(Point point)
    {
        ulong hash = StableHash.Of(point.Measurement, StableHash.Start);
        foreach (Tag tag in point.Tags)
        {
            hash = StableHash.Of(tag.Value, StableHash.Of(tag.Key, hash));
        }

        return StableHash.Mixed(StableHash.Of(point.Instant, hash));
    }
}
