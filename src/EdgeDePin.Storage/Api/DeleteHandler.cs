using System.Globalization;
using System.Text.Json;

namespace EdgeDePin.Storage;

/// <summary><c>POST /api/v2/delete</c>: the points of a span, by measurement and tags.</summary>
internal sealed class DeleteHandler(Store store)
{
    /// <summary>Far more than any client sends.</summary>
    private const int LongestBody = 64 * 1024;

    /// <param name="bucket"><c>db</c> or <c>db/autogen</c>.</param>
    public async Task<InfluxResponse> HandleAsync(string? bucket, Stream body, CancellationToken cancellationToken)
    {
        string name = (bucket ?? "").Split('/', 2)[0];
        if (name.Length == 0 || name != store.Database)
        {
            return name.Length == 0 ? InfluxResponse.RefusedV2(400, "bucket is required") : InfluxResponse.RefusedV2(404, $"bucket \"{bucket}\" not found");
        }

        byte[] text = new byte[LongestBody + 1];
        int length = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > LongestBody)
        {
            return InfluxResponse.RefusedV2(413, $"the request is longer than {LongestBody} bytes");
        }

        try
        {
            using JsonDocument request = JsonDocument.Parse(text.AsMemory(0, length));
            (long start, long stop) = (Instant(request.RootElement, "start"), Instant(request.RootElement, "stop"));
            string? predicate = request.RootElement.TryGetProperty("predicate", out JsonElement given) ? given.GetString() : null;
            store.Delete(DeletePredicate.Parse(predicate), start, stop);
            return InfluxResponse.NoContent;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            return InfluxResponse.RefusedV2(400, $"invalid request; {error.Message}");
        }
        catch (StoreException error)
        {
            return InfluxResponse.RefusedV2(503, error.Message, TimeSpan.FromSeconds(30));
        }
    }

    private static long Instant(JsonElement request, string name) =>
        request.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
            ? Point.InstantOf(instant)
            : throw new FormatException($"'{name}' must be an instant as RFC 3339 writes it, such as 2019-03-01T00:00:00Z");
}
