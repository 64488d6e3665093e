using System.IO.Compression;
using System.Net;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>
/// A server that keeps points as InfluxDB does (same series, instant and field: the last write counts) and fails as it is
/// told: for the answers that a real server does not give on demand.
/// </summary>
internal sealed class StrangeServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<(IReadOnlyList<Point> Points, int Status, long At)> _writes = [];
    private readonly Dictionary<(string Series, long Instant, string Field), FieldValue> _kept = [];
    private readonly Lock _lock = new();

    public StrangeServer()
    {
        Url = new Uri($"http://127.0.0.1:{InfluxServer.FreePort()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>What to answer to a write of these points; 204 keeps them. A status of 0 keeps them and breaks the connection.</summary>
    public Func<IReadOnlyList<Point>, (int Status, string Body, string? RetryAfter)> OnWrite { get; set; } = _ => (204, "", null);

    /// <summary>What to answer to a ping.</summary>
    public Func<HttpListenerResponse, string> OnPing { get; set; } = response =>
    {
        response.StatusCode = 204;
        response.AddHeader("X-Influxdb-Version", "1.6.7~rc0");
        return "";
    };

    public string Metrics { get; set; } = "";

    /// <summary>Path and query of each write.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>The Authorization header of the last request.</summary>
    public string? Authorization { get; private set; }

    /// <summary>Every write request in the order of arrival; <c>At</c> is a timestamp of the system's provider.</summary>
    public IReadOnlyList<(IReadOnlyList<Point> Points, int Status, long At)> Writes
    {
        get
        {
            lock (_lock)
            {
                return [.. _writes];
            }
        }
    }

    public Dictionary<(string Series, long Instant, string Field), FieldValue> Kept
    {
        get
        {
            lock (_lock)
            {
                return new(_kept);
            }
        }
    }

    public static void Keep(Dictionary<(string, long, string), FieldValue> kept, IEnumerable<Point> points)
    {
        foreach (Point point in points)
        {
            foreach (Field field in point.Fields)
            {
                kept[($"{point.Measurement},{string.Join(',', point.Tags)}", point.Instant, field.Key)] = field.Value;
            }
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                Answer(context);
            }
            catch (Exception error) when (error is IOException or HttpListenerException or ObjectDisposedException or InvalidDataException)
            {
                // The client gave its request up half-way; the next one is served all the same.
                context.Response.Abort();
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        Authorization = context.Request.Headers["Authorization"];
        string body = context.Request.Url!.AbsolutePath switch
        {
            "/ping" => OnPing(response),
            "/metrics" => Metrics,
            "/write" or "/api/v2/write" => Write(context.Request, response),
            _ => "{\"results\":[{\"statement_id\":0}]}",
        };
        if (response.StatusCode == 444)
        {
            response.Abort();
            return;
        }

        if (body.Length > 0)
        {
            response.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes(body));
        }

        response.Close();
    }

    private string Write(HttpListenerRequest request, HttpListenerResponse response)
    {
        using var gzip = new GZipStream(request.InputStream, CompressionMode.Decompress);
        using var lines = new MemoryStream();
        gzip.CopyTo(lines);
        LineBatch batch = LineProtocol.Decode(lines.ToArray(), 0);
        (int status, string body, string? retryAfter) = OnWrite(batch.Points);
        response.StatusCode = status == 0 ? 444 : status;
        if (retryAfter is not null)
        {
            response.AddHeader("Retry-After", retryAfter);
        }

        lock (_lock)
        {
            Paths.Add(request.Url!.PathAndQuery);
            _writes.Add((batch.Points, status, TimeProvider.System.GetTimestamp()));
            if (status is 0 or 204)
            {
                Keep(_kept, batch.Points);
            }
        }

        return body;
    }
}
