using System.Globalization;
using System.Text.Json;
using EdgeDePin.Analytics;
using EdgeDePin.Model;

namespace EdgeDePin.Node.Forecasts;

/// <summary>The past of each series, as means of equal steps, asked of the node's own store over its Influx API.</summary>
/// <param name="store">E.g. <c>http://127.0.0.1:8080</c>.</param>
internal sealed class StoredHistory(Uri store) : IDisposable
{
    private const int MaxAnswerBytes = 64_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { BaseAddress = store, Timeout = Patience, MaxResponseContentBufferSize = MaxAnswerBytes };

    /// <exception cref="HttpRequestException">The store does not answer.</exception>
    /// <exception cref="FormatException">It answers something else than a series.</exception>
    public async Task<IReadOnlyList<ForecastSource>> ReadAsync(Quantity quantity, TimeSpan step, int days, NodeOptions node, CancellationToken cancellationToken)
    {
        // Means of windows, which are clean of what cannot be right.
        string question = string.Create(CultureInfo.InvariantCulture,
            $"SELECT mean(value) FROM derived WHERE \"name\" = '{quantity.Name}_mean' AND site = '{Quoted(node.Site)}' AND node = '{Quoted(node.Name)}' AND time > now() - {days}d GROUP BY time({(long)step.TotalSeconds}s), sensor");
        using HttpResponseMessage response = await _http.GetAsync(
            new Uri($"/query?db=edgedepin&epoch=ms&q={Uri.EscapeDataString(question)}", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(answer);
            JsonElement result = document.RootElement.GetProperty("results")[0];
            return !result.TryGetProperty("series", out JsonElement series) ? [] : [.. series.EnumerateArray().Select(one => Source(one, quantity, step)).OfType<ForecastSource>()];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new FormatException($"{store} answered something that is no series: {error.Message}", error);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);

    private static ForecastSource? Source(JsonElement series, Quantity quantity, TimeSpan step)
    {
        (long At, double Value)[] rows = [.. series.GetProperty("values").EnumerateArray()
            .Select(row => (row[0].GetInt64(), row[1].ValueKind == JsonValueKind.Number ? row[1].GetDouble() : double.NaN))
            .SkipWhile(row => double.IsNaN(row.Item2)).TakeLast(ForecastRequest.MaxValues)];
        return rows.Length == 0 ? null : ForecastSource.Of(
            new SensorId(series.GetProperty("tags").GetProperty("sensor").GetString()!), quantity, step,
            rows.Where(row => !double.IsNaN(row.Value)).Select(row => (DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Value)));
    }
}
