using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// The two requests that InfluxDB 1.x, 2.x, 3.x and VictoriaMetrics all answer, <c>POST /write</c> and <c>GET /ping</c>, and
/// <c>CREATE DATABASE</c> for 1.x. Timestamps go in ns without a precision parameter: no spelling of microseconds means the
/// same everywhere.
/// </summary>
internal sealed class InfluxClient(HttpClient http, ForwarderOptions options, TimeProvider time)
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    private string Base => options.Url!.AbsoluteUri.TrimEnd('/');

    /// <summary>Whether a server answers; any 2xx will do, the versions differ in the rest.</summary>
    public Task<Delivery> PingAsync(CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{Base}/ping"), cancellationToken);

    public Task<Delivery> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        string name = options.Database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{Base}/query")
        {
            Content = new FormUrlEncodedContent([new("q", $"CREATE DATABASE \"{name}\"")]),
        }, cancellationToken);
    }

    public Task<Delivery> WriteAsync(IEnumerable<Point> points, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(Compressed(points));
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{Base}/write?db={Uri.EscapeDataString(options.Database)}")
        {
            Content = content,
        }, cancellationToken);
    }

    private async Task<Delivery> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage sent = request;
        if (options.Authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", options.Authorization);
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? new Delivery.Delivered()
                : Judge(response, await ReasonAsync(response, cancellationToken));
        }
        catch (HttpRequestException error)
        {
            return new Delivery.Failed($"{options.Url} does not answer: {error.Message}", null, MaybePoison: false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            // The server may have stored the batch: sending it again changes nothing.
            return new Delivery.Failed($"{options.Url} took too long: {error.Message}", null, MaybePoison: false);
        }
    }

    private Delivery Judge(HttpResponseMessage response, string reason) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new Delivery.Refused(reason),
        HttpStatusCode.NotFound => new Delivery.NoDatabase(reason),
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge => new Delivery.Poisoned(reason),
        _ => new Delivery.Failed(reason, RetryAfter(response), response.StatusCode == HttpStatusCode.InternalServerError),
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } wish ? null
        : wish.Delta ?? (wish.Date is { } date && date > time.GetUtcNow() ? date - time.GetUtcNow() : null);

    // {"error":"..."} of 1.x, {"code":"..","message":".."} of 2.x, or plain text.
    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            foreach (string name in (string[])["error", "message"])
            {
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out JsonElement text))
                {
                    body = text.ToString();
                    break;
                }
            }
        }
        catch (JsonException)
        {
            // Then the text itself is the reason.
        }

        return $"{(int)response.StatusCode} {(body.Length > 500 ? body[..500] : body).Trim()}";
    }

    private static byte[] Compressed(IEnumerable<Point> points)
    {
        var lines = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (Point point in points)
        {
            LineProtocol.Encode(point, lines);
            lines.Write(LineFeed);
        }

        using var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines.WrittenSpan);
        }

        return body.ToArray();
    }
}
