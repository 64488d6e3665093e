using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>The MQTT broker over which neighbours meet. Section <c>Broker</c> of the configuration.</summary>
public sealed class BrokerOptions
{
    /// <summary>Host name or address. Default none: the node shares nothing.</summary>
    public string? Host { get; set; }

    /// <summary>TCP port. Default 1883.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 1883;
}
