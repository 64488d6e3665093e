using System.Buffers;
using System.IO.Compression;
using System.Net.Http.Headers;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>The two requests of InfluxDB's HTTP interface that every version answers: write, and make a database.</summary>
internal sealed class InfluxClient(ForwarderOptions options) : IDisposable
{
    /// <summary>An error body is read up to here; more would only fill the log.</summary>
    private const int MaxErrorBytes = 4_096;

    private readonly HttpClient _http = new() { Timeout = options.RequestTimeout };

    public async Task<InfluxAnswer> WriteAsync(IEnumerable<Point> points, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Compressed(points));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        content.Headers.ContentEncoding.Add("gzip");

        // No precision parameter: nanoseconds, the one meaning that all servers share (1.6 reads us as ns, 2.x reads u as ns).
        return await SendAsync(HttpMethod.Post, $"write?db={Uri.EscapeDataString(options.Database)}", content, cancellationToken);
    }

    public Task<InfluxAnswer> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        string name = options.Database.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return SendAsync(HttpMethod.Post, $"query?q={Uri.EscapeDataString($"CREATE DATABASE \"{name}\"")}", content: null, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<InfluxAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Base(), path)) { Content = content };
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return InfluxAnswer.Of(
                response.StatusCode, await BodyAsync(response, cancellationToken), response.Headers.RetryAfter?.Delta);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new InfluxAnswer.TryLater($"{options.Url}: {error.Message}");
        }
    }

    private Uri Base() => options.Url.AbsoluteUri.EndsWith('/') ? options.Url : new Uri(options.Url.AbsoluteUri + "/");

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        char[] text = new char[MaxErrorBytes];
        return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken));
    }

    // Encoded anew from what was parsed: a client's line is never relayed, since some lines crash some servers.
    private static byte[] Compressed(IEnumerable<Point> points)
    {
        var lines = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (Point point in points)
        {
            LineProtocol.Encode(point, lines);
            lines.Write("\n"u8);
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.WrittenSpan);
        }

        return compressed.ToArray();
    }
}
