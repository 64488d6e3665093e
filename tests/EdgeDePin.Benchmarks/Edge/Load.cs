using System.Diagnostics;
using System.Text;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Messages of one reading each, as a sensor module sends them.</summary>
internal static class Load
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""[{"bn":"bme280:","n":"temperature","u":"Cel","t":1795411628.5,"v":21.5}]""");

    /// <summary>As many as edgeHub allows.</summary>
    public const int InFlight = 16;

    public static HubMessage Reading { get; } = new(Body) { ContentType = "application/senml+json", ContentEncoding = "utf-8" };

    /// <summary>A reading that begins with its number, so that order and completeness can be seen.</summary>
    public static HubMessage Numbered(int number)
    {
        byte[] body = [.. Body];
        BitConverter.TryWriteBytes(body, number);
        return new HubMessage(body) { ContentType = Reading.ContentType, ContentEncoding = Reading.ContentEncoding };
    }

    /// <summary>Sends so many, as many in flight as the client allows, and returns how long that took.</summary>
    public static async Task<TimeSpan> SendAsync(ModuleClient client, string output, int count, CancellationToken cancellationToken)
    {
        long startedAt = Stopwatch.GetTimestamp();
        await client.SendEventBatchAsync(output, Enumerable.Repeat(Reading, count), cancellationToken);
        return Stopwatch.GetElapsedTime(startedAt);
    }
}
