using System.Buffers;
using System.IO.Compression;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>Points as the body of a write request.</summary>
internal static class WriteBody
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    /// <returns>Gzipped line protocol; null when there is nothing that the server could keep.</returns>
    public static byte[]? Compressed(IEnumerable<Point> points, ServerKind server)
    {
        var lines = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (Point point in points)
        {
            Point? kept = server == ServerKind.VictoriaMetrics ? NumbersOf(point) : point;
            if (kept is not null)
            {
                LineProtocol.Encode(kept, lines);
                lines.Write(LineFeed);
            }
        }

        if (lines.WrittenCount == 0)
        {
            return null;
        }

        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.WrittenSpan);
        }

        return body.ToArray();
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
