using EdgeDePin.Storage;
using Microsoft.AspNetCore.Http;

namespace EdgeDePin.Web;

/// <summary>
/// Who sees the pages. On this device they ask for no password; other devices get the API, and where the owner says so the pages too, if
/// they come as a user of the API who may read (a browser asks for name and password by itself).
/// </summary>
/// <param name="pagesOutside">Option <c>Api:Pages</c>.</param>
/// <param name="outerPort">The port for other devices; who comes by it is not taken for this device: it may be a proxy here that brings others.</param>
internal sealed class PageGate(InfluxApi api, bool pagesOutside, int? outerPort = null)
{
    private static readonly string[] OwnNames = ["127.0.0.1", "localhost", "[::1]"];

    public Task LetIn(HttpContext http, RequestDelegate next)
    {
        if (InfluxEndpoints.IsLocal(http) && http.Connection.LocalPort != outerPort)
        {
            // A page of another site must not reach this one through a name of its own (DNS rebinding).
            return OwnNames.Contains(http.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
                ? next(http)
                : SayAsync(http, StatusCodes.Status400BadRequest, $"On this device the page is called {string.Join(" or ", OwnNames)}.");
        }

        if (InfluxEndpoints.IsApi(http.Request))
        {
            return next(http);
        }

        if (!pagesOutside)
        {
            return SayAsync(http, StatusCodes.Status404NotFound, "The pages are shown on the device itself only, unless its option Api:Pages is true.");
        }

        if (api.MayRead(InfluxEndpoints.Caller(http.Request, form: null)))
        {
            return next(http);
        }

        http.Response.Headers.WWWAuthenticate = "Basic realm=\"EdgeDePin\", charset=\"UTF-8\"";
        return SayAsync(http, StatusCodes.Status401Unauthorized, "The pages are for users in Api:Users who may read.");
    }

    private static Task SayAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(message + "\n", http.RequestAborted);
    }
}
