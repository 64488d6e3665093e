using System.Text.Json;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>What two sides hold of one measurement in one span.</summary>
/// <param name="Here">Field values in the store, and the sum of their hashes.</param>
/// <param name="There">The same of the destination, for the series that the store has.</param>
public sealed record SpanProof(
    string Measurement, DateTimeOffset From, DateTimeOffset Until, (long Count, ulong Hash) Here, (long Count, ulong Hash) There)
{
    public bool Agrees => Here == There;
}

/// <summary>
/// Proves that a destination has what the store has: both are asked the same InfluxQL, span by span, and their answers are
/// compared by count and hash. It trusts no cursor and no counter.
/// </summary>
public sealed class DeliveryProof(Store store, ForwarderOptions options, HttpClient http, TimeProvider time)
{
    private readonly PointSelection _selection = new(options.Measurements, options.ExceptMeasurements);
    private readonly InfluxClient _client = new(http, options, time);

    /// <param name="span">Length of a span, from whole multiples since 1970; an hour is a good one.</param>
    /// <returns>Every span in which the store has something, by measurement and time.</returns>
    /// <exception cref="HttpRequestException">The destination does not answer, or answers no InfluxQL.</exception>
    public async IAsyncEnumerable<SpanProof> VerifyAsync(
        TimeSpan span, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        long length = checked(span.Ticks * 100);
        await AskWhoIsThereAsync(cancellationToken);
        IEnumerable<string> measurements = Here("SHOW MEASUREMENTS").SelectMany(series => series.Rows).Select(row => row[0]!.Value.AsString);
        foreach (string measurement in measurements.Where(_selection.Takes).ToArray())
        {
            string name = $"\"{measurement.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
            for (long? next = First(name, null); next is { } first;)
            {
                long from = first - (((first % length) + length) % length);
                string query = $"SELECT * FROM {name} WHERE time >= {from} AND time < {from + length} GROUP BY *";
                SpanDigest here = SpanDigest.Of(Here(query));
                SpanDigest there = await ThereAsync(query, here, cancellationToken);
                yield return new SpanProof(
                    measurement, Instant(from), Instant(from + length), (here.Count, here.Hash), (there.Count, there.Hash));
                next = First(name, from + length);
            }
        }
    }

    // VictoriaMetrics answers every InfluxQL with a list of databases.
    private async Task AskWhoIsThereAsync(CancellationToken cancellationToken)
    {
        if (await _client.PingAsync(cancellationToken) is Delivery.Failed failed)
        {
            throw new HttpRequestException(failed.Reason);
        }

        if (_client.Server is { Kind: ServerKind.VictoriaMetrics } server)
        {
            throw new HttpRequestException($"{options.Url} is {server}, which answers no InfluxQL: only an InfluxDB can be verified.");
        }
    }

    private long? First(string name, long? from) =>
        Here($"SELECT * FROM {name}{(from is null ? "" : $" WHERE time >= {from}")} LIMIT 1").Select(series => (long?)series.Rows[0][0]!.Value.AsInteger).FirstOrDefault();

    private IReadOnlyList<ResultSeries> Here(string query)
    {
        QueryResult answer = store.Query(query, time.GetUtcNow());
        string? error = answer.Error ?? answer.Statements[0].Error;
        return error is null ? answer.Statements[0].Series : throw new StoreException($"The store does not answer '{query}': {error}");
    }

    private async Task<SpanDigest> ThereAsync(string query, SpanDigest here, CancellationToken cancellationToken)
    {
        using JsonDocument answer = JsonDocument.Parse(await _client.QueryAsync(query, cancellationToken));
        return answer.RootElement.GetProperty("results")[0].TryGetProperty("error", out JsonElement error)
            && !error.GetString()!.StartsWith("database not found", StringComparison.Ordinal)
            ? throw new HttpRequestException($"{options.Url} does not answer '{query}': {error.GetString()}")
            : SpanDigest.Of(answer.RootElement).Of(here);
    }

    private static DateTimeOffset Instant(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);
}
