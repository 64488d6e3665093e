namespace EdgeDePin.Web;

/// <summary>The parameters of <c>/query</c> as an InfluxDB 1.x client sends them, in the URL or in a form.</summary>
/// <param name="Q">One or more InfluxQL statements; never empty.</param>
/// <param name="Db">Null when the client named none.</param>
/// <param name="Epoch">ns, u, ms, s, m or h; null asks for RFC 3339 text.</param>
/// <param name="Pretty">Indent the JSON.</param>
public sealed record InfluxQuery(string Q, string? Db, string? Epoch, bool Pretty);
