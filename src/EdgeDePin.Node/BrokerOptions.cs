using System.ComponentModel.DataAnnotations;
using EdgeDePin.Sharing.Mqtt;

namespace EdgeDePin.Node;

/// <summary>The MQTT broker over which neighbours meet. Section <c>Broker</c> of the configuration.</summary>
public sealed class BrokerOptions
{
    /// <summary>Host name or address. Default none: the node shares nothing.</summary>
    public string? Host { get; set; }

    /// <summary>TCP port. Default 1883.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 1883;

    /// <summary>Further brokers, <c>HOST:PORT</c> each, tried in turn when one is away.</summary>
    public IList<string> Others { get; } = [];

    /// <summary>Whether the connection is TLS; the broker's certificate has to be right for its host. Default no.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file of the authorities that may have signed the broker's certificate. Default none: those of the system.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file of the certificate that the node shows to the broker. Default none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of its private key, of mode 600.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The same for the link; null when no broker is configured.</summary>
    /// <exception cref="FormatException">A setting is wrong or a file cannot be used; the message names it.</exception>
    public MqttLinkOptions? Link()
    {
        if (Host is not { Length: > 0 } host)
        {
            return null;
        }

        try
        {
            var link = new MqttLinkOptions
            {
                Host = host,
                Port = Port,
                Others = [.. Others.Select(BrokerAddress.Parse)],
                Tls = Tls,
                CaFile = CaFile,
                CertificateFile = CertificateFile,
                KeyFile = KeyFile,
            };
            link.Check();
            BrokerCertificates.Load(link).Dispose();
            return link;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidDataException)
        {
            throw new FormatException($"Section Broker: {error.Message}", error);
        }
    }
}
