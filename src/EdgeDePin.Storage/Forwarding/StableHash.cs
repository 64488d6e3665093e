namespace EdgeDePin.Storage.Forwarding;

/// <summary>64 bits that are the same in every process: FNV-1a over UTF-16 units, then the finaliser of MurmurHash3.</summary>
internal static class StableHash
{
    public const ulong Start = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    public static ulong Of(string text, ulong before)
    {
        ulong hash = before;
        foreach (char unit in text)
        {
            hash = unchecked((hash ^ unit) * Prime);
        }

        // The end counts too: "ab","c" is not "a","bc".
        return unchecked((hash ^ 0x1_0000) * Prime);
    }

    public static ulong Of(long number, ulong before) => Mixed(before ^ Mixed(unchecked((ulong)number + Prime)));

    public static ulong Mixed(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
            hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
            return hash ^ (hash >> 33);
        }
    }
}
