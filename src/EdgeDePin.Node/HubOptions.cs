using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>
/// Where the hub listens, and who the module is to it. Section <c>Hub</c> of the configuration. On IoT Edge, and where
/// <c>EdgeHubConnectionString</c> is set, the variables of the environment are used instead.
/// </summary>
public sealed class HubOptions
{
    /// <summary>Host name or address. Default <c>127.0.0.1</c>.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port. Default 1883.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 1883;

    /// <summary>The device that hub and modules belong to. Default <c>edgedepin</c>.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]{1,128}")]
    public string DeviceId { get; set; } = "edgedepin";

    /// <summary>
    /// <c>HostName=…;GatewayHostName=…;DeviceId=…;ModuleId=…;SharedAccessKey=…</c> for TLS with signed tokens; the options above are then
    /// not used. Default none.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>PEM file of the roots to trust; goes with <see cref="ConnectionString"/>. Default none.</summary>
    public string? TrustBundleFile { get; set; }
}
