namespace EdgeDePin.Storage.Forwarding;

/// <summary>Where a store is replicated to, and how hard it tries.</summary>
public sealed class ForwarderOptions
{
    /// <summary>Base address of an InfluxDB, 1.x, 2.x or 3.x, or of VictoriaMetrics: whatever answers <c>POST /write</c>.</summary>
    public required Uri Url { get; set; }

    /// <summary>Database there. Default <c>edgedepin</c>.</summary>
    public string Database { get; set; } = "edgedepin";

    /// <summary>Points of one request, 1 to 50,000. Default 5,000: about 1 MB of text, which every server takes.</summary>
    public int BatchSize { get; set; } = 5_000;

    /// <summary>How long to wait for new points when all are sent. Default 250 ms.</summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long one request may take. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before the first retry; it doubles with each failure, with jitter. Default 250 ms.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between two tries. Default 60 s.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(60);
}
