using System.Buffers;
using System.Collections.Immutable;
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
        var writer = new LineWriter(lines);
        Dictionary<ImmutableArray<Tag>, (string Measurement, ReadOnlyMemory<byte> Bytes)> keys = [];
        foreach (Point point in points)
        {
            Point? kept = server == ServerKind.VictoriaMetrics ? NumbersOf(point) : point;
            if (kept is null)
            {
                continue;
            }

            // The points of one read share the tags of their series.
            if (!keys.TryGetValue(kept.Tags, out var key) || key.Measurement != kept.Measurement)
            {
                keys[kept.Tags] = key = (kept.Measurement, KeyOf(kept));
            }

            lines.Write(key.Bytes.Span);
            writer.WriteFields(kept, precision: 1);
            lines.Write(LineFeed);
        }

        return Gzip(lines.WrittenSpan);
    }

    /// <returns>Null for no lines.</returns>
    public static byte[]? Gzip(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty)
        {
            return null;
        }

        using var body = new MemoryStream(lines.Length / 4);
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines);
        }

        return body.ToArray();
    }

    private static ReadOnlyMemory<byte> KeyOf(Point point)
    {
        var key = new ArrayBufferWriter<byte>(64);
        new LineWriter(key).WriteSeries(point.Measurement, point.Tags);
        return key.WrittenMemory;
    }

    // VictoriaMetrics has numbers only: it would keep every text as 0.
    private static Point? NumbersOf(Point point)
    {
        Field[] numbers = [.. point.Fields.Where(field => field.Value.Kind != FieldKind.String)];
        return numbers.Length == 0 ? null
            : numbers.Length == point.Fields.Length ? point
            : Point.Checked(point.Measurement, point.Tags, [.. numbers], point.Instant);
    }
}
