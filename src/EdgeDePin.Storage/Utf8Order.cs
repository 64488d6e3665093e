namespace EdgeDePin.Storage;

/// <summary>
/// Orders text by its UTF-8 bytes, as Go and InfluxDB do. Ordinal UTF-16 differs where surrogates meet U+E000..U+FFFF: their
/// code units are smaller, their code points are larger.
/// </summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? left, string? right)
    {
        ReadOnlySpan<char> a = left, b = right;
        int same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        return Rank(a[same]).CompareTo(Rank(b[same]));
    }

    private static int Rank(char unit) =>
        unit < 0xD800 ? unit : unit < 0xE000 ? unit + 0x2000 : unit - 0x800;
}
