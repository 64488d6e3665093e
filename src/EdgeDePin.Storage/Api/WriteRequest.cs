namespace EdgeDePin.Storage;

/// <summary>A write as it comes in by HTTP, before its body is read.</summary>
/// <param name="Database"><c>db</c> of <c>/write</c>, <c>bucket</c> of <c>/api/v2/write</c>.</param>
/// <param name="Policy"><c>rp</c>.</param>
/// <param name="Precision">Unit of the timestamps.</param>
/// <param name="Consistency">Checked and otherwise without meaning: there is one node.</param>
/// <param name="Encoding">The header <c>Content-Encoding</c>.</param>
/// <param name="IsV2">Sent to <c>/api/v2/write</c>: other units, other errors.</param>
public sealed record WriteRequest(
    string? Database, string? Policy, string? Precision, string? Consistency, string? Encoding, bool IsV2)
{
    /// <summary>
    /// Nanoseconds of a unit of the timestamps; null for a unit that is none. InfluxDB 1.6 takes an unknown one silently as
    /// nanoseconds, which puts points into 1970.
    /// </summary>
    internal long? Unit => (Precision, IsV2) switch
    {
        (null or "" or "ns", _) or ("n", false) => 1,
        ("us", _) or ("u" or "µ", false) => 1_000,
        ("ms", _) => 1_000_000,
        ("s", _) => 1_000_000_000,
        ("m", false) => 60_000_000_000,
        ("h", false) => 3_600_000_000_000,
        _ => null,
    };
}
