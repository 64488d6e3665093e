using System.Diagnostics.CodeAnalysis;

namespace EdgeDePin.Storage.Batches;

/// <summary>The part of a line before its fields, as bytes, and the series that it names. Once read by the rules it need not be read again.</summary>
internal sealed record LineHead(byte[] Raw, BatchTable Table, BatchSeries Series)
{
    /// <summary>The head that came after it last time: a guess that saves a search.</summary>
    public LineHead? Next { get; set; }
}

/// <summary>Heads by their bytes.</summary>
internal sealed class LineHeads
{
    private readonly Dictionary<byte[], LineHead> _heads = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], LineHead>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private LineHead? _last;

    public LineHeads() => _byBytes = _heads.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _heads.Count;

    /// <summary>The head that the text begins with, where it is a known one; a space follows it.</summary>
    public LineHead? Find(ReadOnlySpan<byte> text)
    {
        LineHead? found = _last?.Next;
        if (found is null || found.Raw.Length >= text.Length || text[found.Raw.Length] != ' ' || !text.StartsWith(found.Raw))
        {
            int end = End(text);
            if (end < 0 || !_byBytes.TryGetValue(text[..end], out found))
            {
                return null;
            }
        }

        if (_last is not null)
        {
            _last.Next = found;
        }

        return _last = found;
    }

    /// <summary>Remembers the head that the text begins with, after the line was read by the rules.</summary>
    public void Add(ReadOnlySpan<byte> text, BatchTable table, BatchSeries series)
    {
        int end = End(text);
        if (end > 0 && !_byBytes.ContainsKey(text[..end]))
        {
            byte[] raw = text[..end].ToArray();
            _heads.Add(raw, new LineHead(raw, table, series));
        }
    }

    // The first space that no backslash stands before: in measurement and tags a backslash takes the next character with it,
    // and of a run of them the last one does.
    private static int End(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (true)
        {
            int found = text[at..].IndexOfAny((byte)' ', (byte)'\\', (byte)'\n');
            if (found < 0 || text[at + found] == '\n')
            {
                return -1;
            }

            at += found;
            if (text[at] == ' ')
            {
                return at;
            }

            while (at < text.Length && text[at] == '\\')
            {
                at++;
            }

            at++;
            if (at >= text.Length)
            {
                return -1;
            }
        }
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        // Seeded for each process, so that nobody can send heads that all fall into one bucket.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
