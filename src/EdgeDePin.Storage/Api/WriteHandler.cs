using System.Globalization;
using System.Threading.Channels;
using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage;

/// <summary>Takes line protocol in and answers when the points are durable.</summary>
internal sealed class WriteHandler(Store store, WriteLane lane, ApiOptions options, ApiCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1), Later = TimeSpan.FromSeconds(30);

    private readonly FieldTypes _types = new(store, time);
    private int _underWay;

    public async Task<InfluxResponse> HandleAsync(WriteRequest request, Stream body, CancellationToken cancellationToken)
    {
        // Too many at once would only wait with their bodies in memory. 1.x clients drop what is answered with 4xx.
        if (Interlocked.Increment(ref _underWay) > options.MaxWrites)
        {
            Interlocked.Decrement(ref _underWay);
            return Refused(request, request.IsV2 ? 429 : 503, $"{options.MaxWrites} writes are under way; come again", Soon);
        }

        try
        {
            return await WriteAsync(request, body, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<InfluxResponse> WriteAsync(WriteRequest request, Stream stream, CancellationToken cancellationToken)
    {
        if (Problem(request) is { } problem)
        {
            return problem;
        }

        BodyReader? body;
        try
        {
            body = await BodyReader.ReadAsync(stream, IsGzip(request.Encoding), options, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            return Refused(request, 400, error is EndOfStreamException ? "unexpected EOF" : error.Message);
        }

        if (body is null)
        {
            return Refused(request, 413, "Request Entity Too Large");
        }

        using (body)
        {
            Interlocked.Add(ref counters.BytesReceived, body.Memory.Length);
            try
            {
                return await CommitAsync(request, body.Memory, cancellationToken);
            }
            catch (StoreException error)
            {
                return Refused(request, 503, error.Message, Later);
            }
            catch (ChannelClosedException)
            {
                return Refused(request, 503, "the node is stopping", Later);
            }
        }
    }

    private async Task<InfluxResponse> CommitAsync(WriteRequest request, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        PointBatch batch = store.Batches.Rent();
        List<LineError> errors = BatchLines.Read(lines.Span, Point.InstantOf(time.GetUtcNow()), request.Unit!.Value, batch);
        if (errors.Count > 0 || !_types.Agree(batch))
        {
            return await CommitSomeAsync(request, batch.ToPoints(), errors, lines, cancellationToken);
        }

        int points = batch.Count;
        await lane.AppendAsync(batch, cancellationToken);
        store.Batches.Return(batch);
        Interlocked.Add(ref counters.PointsWritten, points);
        Interlocked.Increment(ref counters.Writes);
        return InfluxResponse.NoContent;
    }

    // Something is wrong with some of it: each point is looked at, to say what.
    private async Task<InfluxResponse> CommitSomeAsync(
        WriteRequest request, Point[] points, List<LineError> errors, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var taken = new List<Point>(points.Length);
        var reasons = new List<string>(LineRefusal.Of(errors, lines));
        int dropped = 0, conflicts = 0;
        foreach (Point point in points)
        {
            (Point? admitted, string? refused) = TimeNames.Admit(point);
            if (admitted is not null)
            {
                // What conflicts goes to the store all the same: it keeps it in its quarantine.
                taken.Add(admitted);
                refused = _types.Conflict(admitted);
                conflicts += refused is null ? 0 : 1;
            }

            if (refused is not null && dropped++ == 0)
            {
                reasons.Add(refused);
            }
        }

        await lane.AppendAsync(taken, cancellationToken);
        Interlocked.Add(ref counters.PointsWritten, taken.Count - conflicts);
        Interlocked.Add(ref counters.LinesRefused, errors.Count + dropped);
        if (reasons.Count == 0)
        {
            Interlocked.Increment(ref counters.Writes);
            return InfluxResponse.NoContent;
        }

        string all = string.Join('\n', reasons);
        return Refused(request, 400, points.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $"partial write: {all} dropped={dropped}")
            : all);
    }

    private InfluxResponse? Problem(WriteRequest request)
    {
        string database = request.Database ?? "", policy = request.Policy ?? "";
        if (request.IsV2 && database.Split('/', 2) is [var name, var suffix])
        {
            (database, policy) = (name, suffix);
        }

        return database.Length == 0 ? Refused(request, 400, request.IsV2 ? "bucket is required" : "database is required")
            : database != store.Database ? Refused(request, 404, request.IsV2 ? $"bucket \"{database}\" not found" : $"database not found: \"{database}\"")
            : policy is not ("" or "autogen") ? Refused(request, request.IsV2 ? 404 : 500, $"retention policy not found: {policy}")
            : (request.Consistency ?? "") is not ("" or "any" or "one" or "quorum" or "all") ? Refused(request, 400, "invalid consistency level")
            : request.Unit is null ? Refused(request, 400, $"invalid precision \"{request.Precision}\"; use {(request.IsV2 ? "ns, us, ms or s" : "n, u, ms, s, m or h")}")
            : (request.Encoding ?? "") is not ("" or "identity") && !IsGzip(request.Encoding)
                ? Refused(request, 400, $"unsupported content encoding \"{request.Encoding}\"; send gzip or plain text")
            : null;
    }

    private InfluxResponse Refused(WriteRequest request, int status, string message, TimeSpan? retryAfter = null)
    {
        Interlocked.Increment(ref retryAfter is null ? ref counters.WritesRefused : ref counters.WritesPutOff);
        return request.IsV2 ? InfluxResponse.RefusedV2(status, message, retryAfter) : InfluxResponse.Refused(status, message, retryAfter);
    }

    private static bool IsGzip(string? encoding) => encoding is "gzip" or "x-gzip";
}
