using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage;

/// <summary>An answer of the Influx API, before it becomes HTTP.</summary>
/// <param name="Error">What belongs into the header <c>X-Influxdb-Error</c>; null when there is none.</param>
public sealed record InfluxResponse(int Status, byte[] Body, string ContentType = "application/json", string? Error = null);

/// <summary>The requests of InfluxDB 1.x that Grafana and the influx command line send, without a web server.</summary>
public sealed class InfluxApi(Store store, TimeProvider time)
{
    /// <summary>What <c>X-Influxdb-Version</c> says: clients read the dialect from it.</summary>
    public const string Version = "1.6.7-edgedepin";

    /// <summary><c>GET /ping</c>: 204 and no body.</summary>
    public InfluxResponse Ping() => new(204, []);

    /// <summary><c>GET</c> or <c>POST /query</c>.</summary>
    /// <param name="q">InfluxQL; 400 when it is missing or not InfluxQL.</param>
    /// <param name="db">The database; null when the request names none.</param>
    /// <param name="epoch">See <see cref="InfluxJson.Write"/>.</param>
    public InfluxResponse Query(string? q, string? db, string? epoch, bool pretty)
    {
        QueryResult result = string.IsNullOrEmpty(q)
            ? new QueryResult([], "missing required parameter \"q\"")
            : store.Query(q, time.GetUtcNow(), db ?? "");
        return new InfluxResponse(
            result.Error is null ? 200 : 400, InfluxJson.Write(result, epoch, pretty), Error: result.Error);
    }
}
