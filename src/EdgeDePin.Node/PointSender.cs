using System.Buffers;
using EdgeDePin.EdgeHub;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>Points on their way to the telemetry module: as many lines as fit into a hub message, then the next message.</summary>
public sealed class PointSender(ModuleClient hub)
{
    /// <summary>No media type is registered for line protocol; this is the one InfluxDB's own clients send.</summary>
    public const string ContentType = "text/plain";

    /// <summary>Completes when the hub has every point.</summary>
    public async Task SendAsync(IReadOnlyList<Point> points, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>(Math.Min(points.Count * 256, HubMessage.MaxBodyBytes) + 1_024);
        var line = new ArrayBufferWriter<byte>(1_024);
        foreach (Point point in points)
        {
            line.ResetWrittenCount();
            LineProtocol.Encode(point, line);
            line.Write("\n"u8);
            if (lines.WrittenCount > 0 && lines.WrittenCount + line.WrittenCount > HubMessage.MaxBodyBytes)
            {
                await SendAsync(lines, cancellationToken);
            }

            lines.Write(line.WrittenSpan);
        }

        if (lines.WrittenCount > 0)
        {
            await SendAsync(lines, cancellationToken);
        }
    }

    private async Task SendAsync(ArrayBufferWriter<byte> lines, CancellationToken cancellationToken)
    {
        var message = new HubMessage(lines.WrittenSpan.ToArray()) { ContentType = ContentType, ContentEncoding = "utf-8" };
        lines.ResetWrittenCount();
        await hub.SendEventAsync(HubOutputs.Points, message, cancellationToken);
    }
}
