using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace EdgeDePin.Web.Live;

/// <summary>The HTTP side of a beat.</summary>
internal static class LiveAnswer
{
    /// <summary>How many milliseconds the page shall wait before it asks again.</summary>
    public const string NextHeader = "Dashboard-Next-Milliseconds";

    public static IResult Of(HttpContext http, Beat beat, TimeSpan next)
    {
        Guard(http.Response);
        http.Response.Headers.ETag = beat.ETag;
        http.Response.Headers[NextHeader] = ((long)next.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return http.Request.Headers.IfNoneMatch == beat.ETag
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(beat.Json, "application/json");
    }

    /// <summary>
    /// The page talks to its own node and to nobody else, and nobody frames it; the browser is told to enforce that.
    /// Inline styles are MudBlazor's palettes and sizes.
    /// </summary>
    public static void Guard(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.ContentSecurityPolicy =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; " +
            "base-uri 'self'; form-action 'self'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
