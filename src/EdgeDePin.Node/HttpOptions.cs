using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>Where the page listens. Section <c>Http</c> of the configuration.</summary>
public sealed class HttpOptions
{
    /// <summary>Port on 127.0.0.1. Default 8080; 0 takes any free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8080;
}
