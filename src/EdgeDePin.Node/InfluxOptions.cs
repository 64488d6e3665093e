using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>The InfluxDB that the store is replicated to. Section <c>Influx</c> of the configuration.</summary>
public sealed class InfluxOptions
{
    /// <summary>Base address such as <c>http://127.0.0.1:8086</c>. Default none: nothing is forwarded.</summary>
    public Uri? Url { get; set; }

    /// <summary>Database; made if it is missing and the server allows it. Default <c>edgedepin</c>.</summary>
    [Required]
    public string Database { get; set; } = "edgedepin";
}
