using System.Text.Json;

namespace EdgeDePin.EndToEnd;

/// <summary>A query over HTTP, to InfluxDB or to a node: both speak the same.</summary>
internal static class InfluxQuery
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>All rows of the first series, the time in milliseconds first; nulls are NaN.</summary>
    public static async Task<double[][]> RowsAsync(string server, string database, string query)
    {
        string url = $"{server}/query?db={database}&epoch=ms&q={Uri.EscapeDataString(query)}";
        using JsonDocument answer = JsonDocument.Parse(await Http.GetStringAsync(url));
        JsonElement result = answer.RootElement.GetProperty("results")[0];
        Assert.False(result.TryGetProperty("error", out JsonElement error), $"{query}: {error}");
        return result.TryGetProperty("series", out JsonElement series)
            ? [.. series[0].GetProperty("values").EnumerateArray().Select(row => row.EnumerateArray()
                .Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN).ToArray())]
            : [];
    }

    /// <summary>The first row of the first series, without the time; empty when there is no series.</summary>
    public static async Task<double[]> NumbersAsync(string server, string database, string query)
    {
        string url = $"{server}/query?db={database}&epoch=ms&q={Uri.EscapeDataString(query)}";
        using JsonDocument answer = JsonDocument.Parse(await Http.GetStringAsync(url));
        JsonElement result = answer.RootElement.GetProperty("results")[0];
        Assert.False(result.TryGetProperty("error", out JsonElement error), $"{query}: {error}");
        return result.TryGetProperty("series", out JsonElement series)
            ? [.. series[0].GetProperty("values")[0].EnumerateArray().Skip(1).Select(value => value.GetDouble())]
            : [];
    }
}
