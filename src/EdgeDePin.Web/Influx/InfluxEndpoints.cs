using System.Globalization;
using System.Net;
using EdgeDePin.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace EdgeDePin.Web;

/// <summary>
/// The HTTP API of InfluxDB on a node: <c>/ping</c>, <c>/health</c>, <c>/metrics</c>, <c>/query</c>, <c>/write</c>,
/// <c>/api/v2/write</c> and <c>/api/v2/delete</c>. Only parameters, headers and status codes are dealt with here; see <see cref="InfluxApi"/>.
/// </summary>
public static class InfluxEndpoints
{
    /// <summary>Far more than any dashboard sends; a longer form is answered with 413.</summary>
    private const long LongestForm = 1024 * 1024;

    /// <summary>Rows of a chunk where the request does not say, as in InfluxDB.</summary>
    private const int DefaultChunkSize = 10_000;

    /// <summary>InfluxDB puts at most so many bytes of an error into the header.</summary>
    private const int LongestErrorHeader = 1024;

    private static readonly string[] Paths = ["/ping", "/health", "/metrics", "/query", "/write", "/api/v2/write", "/api/v2/delete"];

    public static IEndpointRouteBuilder MapInfluxApi(this IEndpointRouteBuilder endpoints, InfluxApi api)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(api);
        endpoints.MapMethods("/ping", ["GET", "HEAD"], http => AnswerAsync(http, api.Ping()));
        endpoints.MapMethods("/health", ["GET", "HEAD"], http => AnswerAsync(http, api.Health()));
        endpoints.MapMethods("/metrics", ["GET"], http => AnswerAsync(http, api.Metrics(Caller(http.Request, form: null))));
        endpoints.MapMethods("/query", ["GET", "POST"], http => QueryAsync(http, api));
        endpoints.MapMethods("/write", ["POST"], async http =>
            await AnswerAsync(http, await api.WriteAsync(V1(http.Request), http.Request.Body, Caller(http.Request, form: null), http.RequestAborted)));
        endpoints.MapMethods("/api/v2/write", ["POST"], async http =>
            await AnswerAsync(http, await api.WriteAsync(V2(http.Request), http.Request.Body, Caller(http.Request, form: null), http.RequestAborted)));
        endpoints.MapMethods("/api/v2/delete", ["POST"], async http => await AnswerAsync(http, await api.DeleteAsync(
            http.Request.Query["bucket"].FirstOrDefault(), http.Request.Body, Caller(http.Request, form: null), http.RequestAborted)));
        return endpoints;
    }

    /// <summary>Whether a request is for the API, which asks for credentials itself.</summary>
    internal static bool IsApi(HttpRequest request) => Array.Exists(Paths, path => request.Path.Equals(path, StringComparison.Ordinal));

    private static WriteRequest V1(HttpRequest request) => new(
        request.Query["db"].FirstOrDefault(), request.Query["rp"].FirstOrDefault(), request.Query["precision"].FirstOrDefault(),
        request.Query["consistency"].FirstOrDefault(), request.Headers.ContentEncoding.FirstOrDefault(), IsV2: false);

    private static WriteRequest V2(HttpRequest request) => new(
        request.Query["bucket"].FirstOrDefault(), null, request.Query["precision"].FirstOrDefault(), null,
        request.Headers.ContentEncoding.FirstOrDefault(), IsV2: true);

    private static async Task QueryAsync(HttpContext http, InfluxApi api)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LongestForm;
        }

        HttpRequest request = http.Request;
        IFormCollection? form;
        try
        {
            form = request.HasFormContentType ? await request.ReadFormAsync(http.RequestAborted) : null;
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            int status = error is BadHttpRequestException { StatusCode: var code } ? code : StatusCodes.Status400BadRequest;
            await AnswerAsync(http, InfluxResponse.Refused(status, error.Message));
            return;
        }

        // A parameter in the form wins over the same one in the URL, as in Go's Request.FormValue.
        string? Parameter(string name)
        {
            string? value = form?[name].FirstOrDefault();
            return string.IsNullOrEmpty(value) ? request.Query[name].FirstOrDefault() : value;
        }

        int? chunk = Parameter("chunked") != "true" ? null
            : int.TryParse(Parameter("chunk_size"), NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows > 0 ? rows
            : DefaultChunkSize;
        await AnswerAsync(http, api.Query(
            new QueryRequest(
                Parameter("q")?.Trim(), Parameter("db"), Parameter("epoch"), Parameter("pretty") == "true", chunk,
                IsCsv(request.Headers.Accept.ToString()), Parameter("params"), HttpMethods.IsGet(request.Method)),
            Caller(request, form)));
    }

    private static bool IsCsv(string accept) => accept is "application/csv" or "text/csv";

    internal static ApiCaller Caller(HttpRequest request, IFormCollection? form) => new(
        request.Headers.Authorization.FirstOrDefault(),
        form?["u"].FirstOrDefault() ?? request.Query["u"].FirstOrDefault(),
        form?["p"].FirstOrDefault() ?? request.Query["p"].FirstOrDefault(),
        IsLocal(request.HttpContext),
        request.Headers["Sec-Fetch-Site"].FirstOrDefault() is "cross-site" or "same-site");

    internal static bool IsLocal(HttpContext http) => http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    private static async Task AnswerAsync(HttpContext http, InfluxResponse answer)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers["X-Influxdb-Version"] = InfluxApi.Version;
        headers["X-Influxdb-Build"] = "OSS";
        http.Response.StatusCode = answer.Status;
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            headers.WWWAuthenticate = "Basic realm=\"InfluxDB\"";
        }
        else if (answer.Error is { } error)
        {
            headers["X-Influxdb-Error"] = string.Concat(error.Take(LongestErrorHeader).Select(c => c is >= ' ' and <= '~' ? c : '?'));
        }

        if (answer.RetryAfter is { } wait)
        {
            headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (answer.Status == StatusCodes.Status204NoContent)
        {
            return;
        }

        http.Response.ContentType = answer.ContentType;
        if (answer.Pieces is { } pieces)
        {
            await WriteAsync(http, pieces);
            return;
        }

        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    // What fits into one piece has a length; the rest is sent while it is written.
    private static async Task WriteAsync(HttpContext http, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            if (!http.Response.HasStarted && piece.Length < InfluxResponse.LeastPiece)
            {
                http.Response.ContentLength = piece.Length;
            }

            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
        }
    }
}
