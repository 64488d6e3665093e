using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// The requests that InfluxDB 1.x, 2.x, 3.x and VictoriaMetrics answer: <c>GET /ping</c>, <c>POST /write</c> (or
/// <c>/api/v2/write</c> where a bucket is named and the server has it) and <c>CREATE DATABASE</c> for 1.x. Timestamps go in ns,
/// to the InfluxDBs without a precision parameter: ns is not spelled the same everywhere.
/// </summary>
internal sealed class InfluxClient(HttpClient http, ForwarderOptions options, TimeProvider time)
{
    private readonly string? _authorization = options.Authorization
        ?? (options.Token is { } token ? $"Token {token}" : null)
        ?? (options.User is { } user ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"))}" : null);

    /// <summary>Who answered last; null until somebody has.</summary>
    public ServerIdentity? Server { get; private set; }

    private string Base => options.Url!.AbsoluteUri.TrimEnd('/');

    /// <summary>Whether a server answers, and which; any 2xx will do, the versions differ in the rest.</summary>
    public async Task<Delivery> PingAsync(CancellationToken cancellationToken)
    {
        ServerIdentity? found = null;
        Delivery delivery = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"{Base}/ping"),
            async response => found = await ServerAnswer.IdentityAsync(response, cancellationToken), cancellationToken);
        if (delivery is Delivery.Delivered && found!.Kind == ServerKind.Unknown && Server is null)
        {
            // VictoriaMetrics gives no version with its 204, but names itself among its own metrics.
            await SendAsync(
                new HttpRequestMessage(HttpMethod.Get, $"{Base}/metrics"),
                async response => found = await ServerAnswer.FromMetricsAsync(response, cancellationToken) ?? found, cancellationToken);
        }

        Server = found is null or { Kind: ServerKind.Unknown } ? Server ?? found : found;
        return delivery;
    }

    public Task<Delivery> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        string name = options.Database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{Base}/query")
        {
            Content = new FormUrlEncodedContent([new("q", $"CREATE DATABASE \"{name}\"")]),
        }, null, cancellationToken);
    }

    /// <summary>The answer to InfluxQL, with times in ns.</summary>
    /// <exception cref="HttpRequestException">No answer, or none to InfluxQL.</exception>
    public async Task<string> QueryAsync(string influxQl, CancellationToken cancellationToken)
    {
        string body = "";
        Delivery delivery = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"{Base}/query?db={Uri.EscapeDataString(options.Database)}&epoch=ns")
            {
                Content = new FormUrlEncodedContent([new("q", influxQl)]),
            },
            async response => body = await response.Content.ReadAsStringAsync(cancellationToken), cancellationToken);
        return delivery switch
        {
            Delivery.Delivered => body,
            Delivery.Failed failed => throw new HttpRequestException(failed.Reason),
            _ => throw new HttpRequestException($"{options.Url} refuses to answer InfluxQL: {delivery}"),
        };
    }

    /// <param name="prepared">The points as a body; not taken when another server has answered since.</param>
    public async Task<Delivery> WriteAsync(IEnumerable<Point> points, PreparedBody? prepared, CancellationToken cancellationToken)
    {
        ServerKind kind = Server?.Kind ?? ServerKind.Unknown;
        byte[]? body = prepared?.Server == kind ? prepared.Bytes : WriteBody.Compressed(points, kind);
        if (body is null)
        {
            return new Delivery.Delivered();
        }

        var content = new ByteArrayContent(body);
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, Base + WritePath()) { Content = content }, null, cancellationToken);
    }

    private string WritePath()
    {
        if (options.Bucket is null || Server?.TakesVersion2Writes != true)
        {
            // VictoriaMetrics guesses the unit of a timestamp by its size unless it is told; before 2001 it guesses wrong.
            string unit = Server?.Kind == ServerKind.VictoriaMetrics ? "&precision=ns" : "";
            return $"/write?db={Uri.EscapeDataString(options.Database)}{unit}";
        }

        string organization = options.Organization is null ? "" : $"&org={Uri.EscapeDataString(options.Organization)}";
        return $"/api/v2/write?bucket={Uri.EscapeDataString(options.Bucket)}{organization}&precision=ns";
    }

    private async Task<Delivery> SendAsync(
        HttpRequestMessage request, Func<HttpResponseMessage, Task>? read, CancellationToken cancellationToken)
    {
        using HttpRequestMessage sent = request;
        if (_authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return Judge(response, await ServerAnswer.ReasonAsync(response, cancellationToken));
            }

            if (read is not null)
            {
                await read(response);
            }

            return new Delivery.Delivered();
        }
        catch (HttpRequestException error)
        {
            return new Delivery.Failed($"{options.Url} does not answer: {error.Message}", null, MaybePoison: false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            // The server may have stored the batch: sending it again changes nothing.
            return new Delivery.Failed($"{options.Url} took too long: {error.Message}", null, MaybePoison: false, Overload: true);
        }
    }

    private Delivery Judge(HttpResponseMessage response, string reason) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new Delivery.Refused(reason),
        HttpStatusCode.NotFound => new Delivery.NoDatabase(reason),
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => new Delivery.Poisoned(reason),
        HttpStatusCode.RequestEntityTooLarge => new Delivery.TooLarge(reason),
        _ => new Delivery.Failed(reason, RetryAfter(response), response.StatusCode == HttpStatusCode.InternalServerError,
            Overload: response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout),
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        // A date is the server's; where it says what time it has we go by that, and not by a clock that may never have been set.
        TimeSpan? wish = response.Headers.RetryAfter is not { } header ? null : header.Delta ?? header.Date - (response.Headers.Date ?? time.GetUtcNow());
        return wish is null || wish <= TimeSpan.Zero ? null : wish < options.MaxRetryAfter ? wish : options.MaxRetryAfter;
    }
}
