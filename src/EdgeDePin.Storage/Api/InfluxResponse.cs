using System.Globalization;
using System.Text;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage;

/// <summary>An answer of the Influx API, before it becomes HTTP.</summary>
/// <param name="Error">What belongs into the header <c>X-Influxdb-Error</c>; null when there is none.</param>
/// <param name="RetryAfter">When trying again makes sense; null where it is for the client to say.</param>
public sealed record InfluxResponse(
    int Status, byte[] Body, string ContentType = "application/json", string? Error = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Every piece but the last has at least so many bytes.</summary>
    public const int LeastPiece = InfluxJson.PieceBytes;

    private byte[] _body = Body;

    /// <summary>The whole body. Of an answer in pieces it is made of them when it is asked for.</summary>
    public byte[] Body => Pieces is null || _body.Length > 0 ? _body : _body = [.. Pieces.SelectMany(piece => piece.ToArray())];

    /// <summary>The body piece by piece, each good until the next is asked for; null where there is only the whole.</summary>
    public IEnumerable<ReadOnlyMemory<byte>>? Pieces { get; init; }

    /// <summary>204 and no body: what a write says when all is well.</summary>
    public static InfluxResponse NoContent { get; } = new(204, []);

    /// <summary><c>{"error":"…"}</c>, as InfluxDB 1.x has it.</summary>
    public static InfluxResponse Refused(int status, string message, TimeSpan? retryAfter = null) =>
        new(status, InfluxJson.Write(new QueryResult([], message), epoch: null, pretty: false), Error: message, RetryAfter: retryAfter);

    /// <summary><c>{"code":"…","message":"…"}</c>, as InfluxDB 2 has it.</summary>
    public static InfluxResponse RefusedV2(int status, string message, TimeSpan? retryAfter = null)
    {
        string code = status switch
        {
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not found",
            413 => "request too large",
            429 => "too many requests",
            503 => "unavailable",
            _ => "invalid",
        };
        byte[] json = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"code\":\"{code}\",\"message\":{InfluxJson.Quoted(message)}}}"));
        return new InfluxResponse(status, json, Error: message, RetryAfter: retryAfter);
    }
}
