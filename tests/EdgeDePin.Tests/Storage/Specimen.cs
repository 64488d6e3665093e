using EdgeDePin.Storage;
using EdgeDePin.Storage.Segments;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Tests.Storage;

/// <summary>
/// A small store with three shards, two segments, cursors and a quarantined point, and the knowledge of which file holds which
/// sequence: so that damage to a byte has a known price.
/// </summary>
internal sealed class Specimen : IDisposable
{
    public const string Cursor = "influxdb";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, List<(int From, int Until, long First, long Last)>> _frames = [];

    public Specimen(int seed)
    {
        var random = new Random(seed);
        Dictionary<long, string> points = [];
        for (int life = 0; life < 2; life++)
        {
            using Store store = Stores.Open(_folder);
            for (int batch = 0; batch < 8; batch++)
            {
                store.Append(Stores.Points(string.Join('\n', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Line(random)))));
                if (batch % 3 == 1)
                {
                    store.SetCursor(Cursor, store.HeadSequence);
                }

                if (life == 0 && batch is (2 or 4 or 6))
                {
                    store.Compact();
                }
            }

            store.Append(Stores.Points("m,k=a v=\"of another type\" 1\nm,k=a v=1 90000"));
            (Head, Epoch) = (store.HeadSequence, store.Epoch);
            points = store.ReadAfter(0, 10_000).ToDictionary(stored => stored.Sequence, stored => stored.Point.ToString());
        }

        Points = points;
        Files = [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder, path))
            .Where(path => !path.StartsWith("node.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (string segment in Files.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)))
        {
            _frames[segment] = FramesOf(Content(segment));
        }
    }

    public long Head { get; }

    public long Epoch { get; }

    /// <summary>Every acknowledged point by its sequence.</summary>
    public IReadOnlyDictionary<long, string> Points { get; }

    /// <summary>Everything that can be damaged, from the folder.</summary>
    public IReadOnlyList<string> Files { get; }

    public string NewestSegment => Files.Last(path => path.EndsWith(".seg", StringComparison.Ordinal));

    public byte[] Content(string file) => File.ReadAllBytes(Path.Combine(_folder, file));

    public void CopyTo(string folder) => Stores.Copy(_folder, folder);

    /// <summary>The sequences that the bytes of a file are the only ones to hold.</summary>
    public HashSet<long> Held(string file, int from, int until)
    {
        if (_frames.TryGetValue(file, out var frames))
        {
            return [.. frames.Where(frame => frame.From < until && from < frame.Until)
                .SelectMany(frame => Range(frame.First, frame.Last)).Where(Points.ContainsKey)];
        }

        return Shard.SpanOf(Path.GetDirectoryName(file)!) is { } span ? [.. Range(span.First, span.Last).Where(Points.ContainsKey)] : [];
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<long> Range(long first, long last) => Enumerable.Range(0, (int)(last - first + 1)).Select(at => first + at);

    private static List<(int, int, long, long)> FramesOf(byte[] segment)
    {
        var frames = new List<(int, int, long, long)>();
        int at = 0;
        SegmentScan.Visit(
            segment,
            frame =>
            {
                int length = Frame.HeaderLength + Frame.BodyStart + frame.Payload.Length;
                frames.Add((at, at + length, frame.Sequence, frame.Kind == FrameKind.Points ? frame.Sequence + frame.Count - 1 : frame.Sequence - 1));
                at += length;
            },
            (_, _) => Assert.Fail("the specimen is damaged"));
        return frames;
    }

    // Instants do not repeat, so that a shard keeps every sequence.
    private static string Line(Random random) => random.Next(3) switch
    {
        0 => $"m,k={"ab"[random.Next(2)]} v={random.Next(100)},s=\"text {random.Next(9)}\" {random.NextInt64(1, 1L << 60)}",
        1 => $"m,k=c v={random.Next(100)}.5,w={random.Next(9)}i {random.NextInt64(1, 1L << 60)}",
        _ => $"n,j=z x={random.Next(100)}i,y=true {random.NextInt64(1, 1L << 60)}",
    };
}
