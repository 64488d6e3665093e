using System.Text.Json;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>Reads what servers say: who they are, and why they refuse.</summary>
internal static class ServerAnswer
{
    private const string VictoriaMetricsVersion = "vm_app_version{";

    /// <summary>From the answer to a ping: a header in 1.x, 2.x and 3.x, a JSON body in 3.x.</summary>
    public static async Task<ServerIdentity> IdentityAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Headers.TryGetValues("X-Influxdb-Version", out IEnumerable<string>? versions))
        {
            return ServerIdentity.Of(versions.First());
        }

        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        return ServerIdentity.Of(Text(body, "version") ?? "");
    }

    /// <summary>VictoriaMetrics names itself in <c>vm_app_version{version="victoria-metrics-…", short_version="…"}</c>.</summary>
    public static async Task<ServerIdentity?> FromMetricsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string metrics = await response.Content.ReadAsStringAsync(cancellationToken);
        int at = metrics.IndexOf(VictoriaMetricsVersion, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        string labels = metrics[at..metrics.IndexOf('}', at)];
        string[] version = labels.Split("short_version=\"");
        return new ServerIdentity(ServerKind.VictoriaMetrics, version.Length < 2 ? "" : version[1].Split('"')[0]);
    }

    /// <summary><c>{"error":"..."}</c> of 1.x, <c>{"code":"..","message":".."}</c> of 2.x, or plain text; with the status before it.</summary>
    public static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        string reason = Text(body, "error") ?? Text(body, "message") ?? body;
        return $"{(int)response.StatusCode} {(reason.Length > 500 ? reason[..500] : reason).Trim()}";
    }

    private static string? Text(string body, string name)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out JsonElement text)
                ? text.ToString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
