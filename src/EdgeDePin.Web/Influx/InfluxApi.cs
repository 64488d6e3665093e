using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace EdgeDePin.Web;

/// <summary>
/// The part of the InfluxDB 1.x HTTP API that Grafana and the <c>influx</c> command need to read: <c>/query</c> and
/// <c>/ping</c>. Status codes and headers are those of influxd 1.6.7.
/// </summary>
public static class InfluxApi
{
    /// <summary>
    /// What clients read to decide how to speak to us. It begins as the release whose behaviour we follow.
    /// </summary>
    public const string Version = "1.6.7-edgedepin";

    /// <summary>Far more than any dashboard sends; a longer body is answered with 413.</summary>
    private const long LongestBody = 1024 * 1024;

    /// <param name="endpoints">The node's web server.</param>
    /// <param name="answer">Answers a query with a status and a JSON document in UTF-8. It may run concurrently.</param>
    public static IEndpointRouteBuilder MapInfluxApi(
        this IEndpointRouteBuilder endpoints, Func<InfluxQuery, (int Status, byte[] Json)> answer)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(answer);
        endpoints.MapMethods("/ping", ["GET", "HEAD"], (HttpContext http) =>
        {
            Identify(http.Response);
            return Results.NoContent();
        });
        endpoints.MapMethods("/query", ["GET", "POST"], async (HttpContext http) =>
        {
            Identify(http.Response);
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            {
                body.MaxRequestBodySize = LongestBody;
            }

            InfluxQuery? query = await ReadAsync(http.Request, http.RequestAborted);
            (int status, byte[] json) = query is null ? MissingQuery() : answer(query);
            if (status >= 400 && Error(json) is { } error)
            {
                http.Response.Headers["X-Influxdb-Error"] = error;
            }

            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = json.Length;
            await http.Response.Body.WriteAsync(json, http.RequestAborted);
        });
        return endpoints;
    }

    private static void Identify(HttpResponse response)
    {
        response.Headers["X-Influxdb-Version"] = Version;
        response.Headers["X-Influxdb-Build"] = "OSS";
    }

    /// <summary>A parameter in the form wins over the same one in the URL, as in Go's <c>Request.FormValue</c>.</summary>
    private static async Task<InfluxQuery?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        IFormCollection? form = request.HasFormContentType ? await request.ReadFormAsync(cancellationToken) : null;
        string? Parameter(string name)
        {
            string? value = form?[name].FirstOrDefault();
            return string.IsNullOrEmpty(value) ? request.Query[name].FirstOrDefault() : value;
        }

        return Parameter("q") is { Length: > 0 } q && q.Trim().Length > 0
            ? new InfluxQuery(q, Parameter("db"), Parameter("epoch"), Parameter("pretty") == "true")
            : null;
    }

    private static (int Status, byte[] Json) MissingQuery() =>
        (StatusCodes.Status400BadRequest, """{"error":"missing required parameter \"q\""}"""u8.ToArray());

    /// <summary>The text of <c>{"error": …}</c>, fit for a header; null when the document is something else.</summary>
    private static string? Error(byte[] json)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("error"u8))
                {
                    reader.Read();
                    return string.Concat((reader.GetString() ?? "").Select(c => c is >= ' ' and <= '~' ? c : '?'));
                }
            }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }

        return null;
    }
}
