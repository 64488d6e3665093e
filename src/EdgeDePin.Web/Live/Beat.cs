using System.Text.Json.Nodes;
using EdgeDePin.Model;

namespace EdgeDePin.Web.Live;

/// <summary>One answer to an open page: the HTML that may have changed and the data of its charts.</summary>
/// <param name="Html">The body of the page; the browser replaces only elements that differ.</param>
/// <param name="Json">The whole answer, UTF-8.</param>
/// <param name="ETag">Of the content, so that an unchanged beat travels as 304 without a body.</param>
public sealed record Beat(string Html, byte[] Json, string ETag)
{
    public static Beat Of(string html, JsonObject data)
    {
        data["html"] = html;
        byte[] json = System.Text.Encoding.UTF8.GetBytes(data.ToJsonString());
        return new Beat(html, json, $"\"{Digest.Of(json).ToString()[..16]}\"");
    }
}
