namespace EdgeDePin.Storage;

/// <summary>A query as it comes in by HTTP.</summary>
/// <param name="Query">InfluxQL, one or several statements.</param>
/// <param name="Database">Null when the request names none.</param>
/// <param name="Epoch"><c>ns</c>, <c>u</c>, <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>: times as integers of that unit; null or empty: RFC 3339 texts.</param>
/// <param name="Pretty">JSON indented by four spaces.</param>
/// <param name="ChunkSize">Rows of one JSON object of a chunked answer; null is one object for all.</param>
/// <param name="Csv">Comma-separated values instead of JSON.</param>
/// <param name="Parameters">JSON object with the values of <c>$name</c>.</param>
/// <param name="IsGet">Sent by GET: a statement that changes something gets a warning, as in InfluxDB.</param>
public sealed record QueryRequest(
    string? Query, string? Database, string? Epoch = null, bool Pretty = false, int? ChunkSize = null, bool Csv = false,
    string? Parameters = null, bool IsGet = false);
