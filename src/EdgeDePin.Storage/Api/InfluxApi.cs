using System.Globalization;
using System.Text;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage;

/// <summary>
/// The requests of InfluxDB 1.x and 2.x that Telegraf, Grafana, client libraries and the influx command line send, without a
/// web server. Answers are those of influxd 1.6.7; where it is wrong or silent, docs/influx-api.md says what this node does.
/// </summary>
public sealed class InfluxApi
{
    /// <summary>What <c>X-Influxdb-Version</c> says: clients read the dialect from it.</summary>
    public const string Version = "1.6.7-edgedepin";

    private readonly Store _store;
    private readonly TimeProvider _time;
    private readonly ApiAccess _access;
    private readonly WriteHandler? _writes;
    private readonly DeleteHandler _deletes;
    private readonly ApiCounters _counters = new();

    /// <summary>An API that only reads, for programs on this device.</summary>
    public InfluxApi(Store store, TimeProvider time)
        : this(store, lane: null, new ApiOptions(), time)
    {
    }

    /// <param name="lane">Where writes are committed; null refuses them.</param>
    /// <exception cref="ArgumentException">A user of the options could never log in.</exception>
    public InfluxApi(Store store, WriteLane? lane, ApiOptions options, TimeProvider time)
    {
        (_store, _time, _access) = (store, time, new ApiAccess(options));
        _deletes = new DeleteHandler(store);
        _writes = lane is null ? null : new WriteHandler(store, lane, options, _counters, time);
    }

    /// <summary>What <c>/metrics</c> says besides. Default nothing.</summary>
    public Func<IEnumerable<NodeMetric>>? NodeMetrics { get; set; }

    /// <summary><c>GET /ping</c>: 204 and no body, whoever asks.</summary>
    public InfluxResponse Ping() => InfluxResponse.NoContent;

    /// <summary><c>GET /health</c>, as InfluxDB 1.8 and 2 answer it, whoever asks.</summary>
    public InfluxResponse Health() => _store.DiskFullSince is { } since
        ? Health(503, "fail", string.Create(CultureInfo.InvariantCulture, $"ready for queries; the disk is full since {since:yyyy-MM-ddTHH:mm:ssZ} and writes are put off"))
        : Health(200, "pass", "ready for queries and writes");

    private static InfluxResponse Health(int status, string word, string message) => new(status, Encoding.UTF8.GetBytes(
        $"{{\"name\":\"influxdb\",\"message\":\"{message}\",\"status\":\"{word}\",\"checks\":[],\"version\":\"{Version}\"}}\n"));

    /// <summary>Whether a caller may see what the store holds. A refusal is counted.</summary>
    public bool MayRead(ApiCaller caller) => Refuse(caller, user => user.Read, "", isV2: false) is null;

    /// <summary><c>GET /metrics</c>: counters of store and API for Prometheus.</summary>
    public InfluxResponse Metrics(ApiCaller caller) =>
        Refuse(caller, user => user.Read, "is not authorized to read metrics", isV2: false)
        ?? new InfluxResponse(200, Encoding.UTF8.GetBytes(_counters.ToPrometheus(_store, NodeMetrics?.Invoke() ?? [])), "text/plain; version=0.0.4; charset=utf-8");

    /// <summary><c>POST /write</c> and <c>POST /api/v2/write</c>: 204 when all points are durable.</summary>
    public async Task<InfluxResponse> WriteAsync(WriteRequest request, Stream body, ApiCaller caller, CancellationToken cancellationToken) =>
        Refuse(caller, user => user.Write, $"user is not authorized to write to database \"{request.Database}\"", request.IsV2)
        ?? (_writes is null
            ? InfluxResponse.Refused(403, "this node takes no writes by HTTP")
            : await _writes.HandleAsync(request, body, cancellationToken));

    /// <summary><c>POST /api/v2/delete</c>: 204 when the points are gone, durably.</summary>
    public async Task<InfluxResponse> DeleteAsync(string? bucket, Stream body, ApiCaller caller, CancellationToken cancellationToken) =>
        Refuse(caller, user => user.Write && !caller.FromOtherSite, $"is not authorized to delete from \"{bucket}\"", isV2: true)
        ?? (_writes is null
            ? InfluxResponse.RefusedV2(403, "this node takes no writes by HTTP")
            : await _deletes.HandleAsync(bucket, body, cancellationToken));

    /// <summary><c>GET</c> or <c>POST /query</c> of a program on this device.</summary>
    public InfluxResponse Query(string? q, string? db, string? epoch, bool pretty) =>
        Query(new QueryRequest(q, db, epoch, pretty));

    /// <summary><c>GET</c> or <c>POST /query</c>: 400 when there is no InfluxQL in it, else 200 with an error for each statement that failed.</summary>
    public InfluxResponse Query(QueryRequest request, ApiCaller caller) =>
        Refuse(caller, user => user.Read || user.Write, $"not authorized to execute statement '{request.Query}', requires READ on {request.Database}", isV2: false)
        ?? Query(request, caller, _access.Find(caller).User!);

    private InfluxResponse Query(QueryRequest request, ApiCaller caller, ApiUser user)
    {
        // What deletes needs the right to write, what reads the right to read; a text with both needs both.
        BoundParameters.Parse(request.Parameters, out IReadOnlyDictionary<string, Expression> parameters);
        bool deletes = Parser.Deletes(request.Query ?? "", parameters, out bool only);
        if ((deletes && !(user.Write && _writes is not null && !caller.FromOtherSite)) || (!only && !user.Read))
        {
            Interlocked.Increment(ref _counters.CallersRefused);
            return InfluxResponse.Refused(403, deletes && caller.FromOtherSite
                ? "a page of another site may not delete anything here"
                : $"\"{user.Name}\" not authorized to execute statement '{request.Query}', requires {(deletes ? "WRITE" : "READ")} on {request.Database}");
        }

        return Query(request, deletes);
    }

    private InfluxResponse Query(QueryRequest request, bool mayDelete = false)
    {
        Interlocked.Increment(ref _counters.Queries);
        QueryResult result = string.IsNullOrEmpty(request.Query)
            ? new QueryResult([], "missing required parameter \"q\"")
            : Answer(request, mayDelete);
        if (result.Error is not null || result.Statements.Any(statement => statement.Error is not null))
        {
            Interlocked.Increment(ref _counters.QueriesFailed);
        }

        if (result.Error is not null)
        {
            return new InfluxResponse(400, InfluxJson.Write(result, request.Epoch, request.Pretty), Error: result.Error);
        }

        if (!request.Csv && !request.Pretty && request.ChunkSize is null)
        {
            return new InfluxResponse(200, []) { Pieces = InfluxJson.Pieces(result, request.Epoch, request.IsGet) };
        }

        return request.Csv ? new InfluxResponse(200, InfluxCsv.Write(result, request.Epoch), "text/csv")
            : new InfluxResponse(200, request.ChunkSize is { } rows
                ? InfluxJson.WriteChunks(result, request.Epoch, request.Pretty, rows, request.IsGet)
                : InfluxJson.Write(result, request.Epoch, request.Pretty, request.IsGet));
    }

    private QueryResult Answer(QueryRequest request, bool mayDelete) =>
        BoundParameters.Parse(request.Parameters, out IReadOnlyDictionary<string, Expression> parameters) is { } problem
            ? new QueryResult([], problem)
            : _store.Query(request.Query!, _time.GetUtcNow(), request.Database ?? "", parameters, mayDelete);

    private InfluxResponse? Refuse(ApiCaller caller, Func<ApiUser, bool> may, string otherwise, bool isV2)
    {
        (ApiUser? user, int status, string reason) = _access.Find(caller);
        if (user is not null && may(user))
        {
            return null;
        }

        Interlocked.Increment(ref _counters.CallersRefused);
        (status, reason) = user is null ? (status, reason) : (403, $"\"{user.Name}\" {otherwise}");
        return isV2 ? InfluxResponse.RefusedV2(status, reason) : InfluxResponse.Refused(status, reason);
    }
}
