using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>One destination of the store: an InfluxDB 1.x, 2.x or 3.x, VictoriaMetrics, or whatever speaks their write API.</summary>
public sealed class ForwarderOptions
{
    /// <summary>The name of this destination's cursor in the store. Default <c>influxdb</c>.</summary>
    [Required]
    public string Name { get; set; } = "influxdb";

    /// <summary>The server, e.g. <c>http://influxdb:8086</c>.</summary>
    [Required]
    public Uri? Url { get; set; }

    /// <summary>The database to write to; made when the server (1.x) does not have it. Default <c>edgedepin</c>.</summary>
    [Required]
    public string Database { get; set; } = "edgedepin";

    /// <summary>The bucket of a server that has <c>/api/v2/write</c> (1.8 and later). Default none: <see cref="Database"/>.</summary>
    public string? Bucket { get; set; }

    /// <summary>The organisation that owns the bucket (2.x). Default none.</summary>
    public string? Organization { get; set; }

    /// <summary>Token of InfluxDB 2 or 3; 1.x wants <see cref="User"/>. Default none.</summary>
    public string? Token { get; set; }

    /// <summary>Name for Basic authentication. Default none.</summary>
    public string? User { get; set; }

    /// <summary>Password for Basic authentication.</summary>
    public string? Password { get; set; }

    /// <summary>The whole Authorization header, e.g. <c>Token abc</c>; wins over the others. Default none.</summary>
    public string? Authorization { get; set; }

    /// <summary>Measurements to send. Default none: all of them.</summary>
    public IReadOnlyList<string> Measurements { get; set; } = [];

    /// <summary>Measurements not to send, also when they stand above. Default none.</summary>
    public IReadOnlyList<string> ExceptMeasurements { get; set; } = [];

    /// <summary>Send one point per series and so much time, computed from the store. Default zero: every point as it is.</summary>
    public TimeSpan Downsample { get; set; }

    /// <summary>At most so many points per request; it carries fewer when the server is slow. Default 5,000.</summary>
    [Range(1, 50_000)]
    public int BatchSize { get; set; } = 5_000;

    /// <summary>
    /// When more points than this wait, the newest go first and the others follow beside them. Default 10,000: with a batch
    /// of 5,000 the newest point is at most two requests away.
    /// </summary>
    [Range(1, 10_000_000)]
    public int LiveWindow { get; set; } = 10_000;

    /// <summary>What the backlog may take, in points per second. Default 50,000: 30 days at 10 points a second in nine minutes. 0: no limit.</summary>
    [Range(0, 10_000_000)]
    public int BacklogPointsPerSecond { get; set; } = 50_000;

    /// <summary>How often new points are looked for, and sent together. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The first wait after a failure; it doubles from failure to failure. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries, and the wait after a refusal of our credentials. Default 1 min.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest that a server's <c>Retry-After</c> is followed. Default 1 h.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromHours(1);
}
