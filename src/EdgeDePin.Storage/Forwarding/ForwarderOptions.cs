using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>One destination of the store: an InfluxDB 1.x, 2.x or 3.x, or whatever speaks its write API.</summary>
public sealed class ForwarderOptions
{
    /// <summary>The name of this destination's cursor in the store. Default <c>influxdb</c>.</summary>
    [Required]
    public string Name { get; set; } = "influxdb";

    /// <summary>The server, e.g. <c>http://influxdb:8086</c>.</summary>
    [Required]
    public Uri? Url { get; set; }

    /// <summary>The database (1.x) to write to; made when the server does not have it. Default <c>edgedepin</c>.</summary>
    [Required]
    public string Database { get; set; } = "edgedepin";

    /// <summary>The whole Authorization header, e.g. <c>Token abc</c> or <c>Basic dTpw</c>. Default none.</summary>
    public string? Authorization { get; set; }

    /// <summary>Points per request. Default 5,000: far below InfluxDB 3's 10 MB for any point of ours.</summary>
    [Range(1, 50_000)]
    public int BatchSize { get; set; } = 5_000;

    /// <summary>How often an idle forwarder looks for new points. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The first wait after a failure; it doubles from failure to failure. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries, and the wait after a refusal of our credentials. Default 1 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);
}
