using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>Points as the body of a write request.</summary>
internal static class WriteBody
{
    private const int Buffered = 32 * 1024;

    private static readonly byte[] LineFeed = [(byte)'\n'];

    /// <returns>Gzipped line protocol; null when there is nothing that the server could keep.</returns>
    public static byte[]? Compressed(IEnumerable<Point> points, ServerKind server)
    {
        // The lines go through a small buffer: a body of half a megabyte would be a new large array each time.
        var lines = new ArrayBufferWriter<byte>(2 * Buffered);
        var writer = new LineWriter(lines);
        // Points of one series share their tags: what stands before the fields is written once and copied.
        var heads = new Dictionary<(string, Tag[]), byte[]>();
        using var body = new MemoryStream();
        bool any = false;
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (Point point in points)
            {
                Point? kept = server == ServerKind.VictoriaMetrics ? NumbersOf(point) : point;
                if (kept is null)
                {
                    continue;
                }

                any = true;
                lines.Write(HeadOf(kept, heads));
                writer.WriteValues(kept, precision: 1);
                lines.Write(LineFeed);
                if (lines.WrittenCount >= Buffered)
                {
                    gzip.Write(lines.WrittenSpan);
                    lines.ResetWrittenCount();
                }
            }

            gzip.Write(lines.WrittenSpan);
        }

        return any ? body.ToArray() : null;
    }

    private static byte[] HeadOf(Point point, Dictionary<(string, Tag[]), byte[]> known)
    {
        (string, Tag[]) key = (point.Measurement, ImmutableCollectionsMarshal.AsArray(point.Tags)!);
        if (!known.TryGetValue(key, out byte[]? head))
        {
            var written = new ArrayBufferWriter<byte>();
            new LineWriter(written).WriteSeries(point.Measurement, point.Tags);
            known[key] = head = written.WrittenSpan.ToArray();
        }

        return head;
    }

    // VictoriaMetrics has numbers only: it would keep every text as 0.
    private static Point? NumbersOf(Point point)
    {
        Field[] numbers = [.. point.Fields.Where(field => field.Value.Kind != FieldKind.String)];
        return numbers.Length == 0 ? null
            : numbers.Length == point.Fields.Length ? point
            : new Point(point.Measurement, point.Tags, numbers, point.Instant);
    }
}
