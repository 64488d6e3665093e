using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>Where the local hub listens. Section <c>Hub</c> of the configuration.</summary>
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
}
