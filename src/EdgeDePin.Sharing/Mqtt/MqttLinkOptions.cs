namespace EdgeDePin.Sharing.Mqtt;

/// <summary>Where the neighbourhood's broker is.</summary>
public sealed class MqttLinkOptions
{
    /// <summary>Default "localhost".</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Default 1883; 1 to 65,535.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Further brokers, tried in turn when one is away. Default none.</summary>
    public IReadOnlyList<BrokerAddress> Others { get; set; } = [];

    /// <summary>TLS; the broker's certificate has to be right for its host. Default off.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file of the authorities that may have signed the broker's certificate. Default null: those of the system.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file of the certificate that the node shows, with <see cref="KeyFile"/>. Default null: it shows none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of its private key, of mode 600.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Null for a broker that lets everybody in: it need not be trusted, but it may be abused.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>After one and a half of these without a word the broker says that we left. Default 5 s; 1 s to 5 min.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two attempts to connect. Default 5 s, which with the patience for one attempt is less than ten; 0.1 s to 10 min.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">An option is outside its range, or goes with another that is missing; the message names it and the value.</exception>
    public void Check()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        ArgumentOutOfRangeException.ThrowIfLessThan(Port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65_535);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepAlive, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(KeepAlive, TimeSpan.FromMinutes(5));
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestBackoff, TimeSpan.FromSeconds(0.1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LongestBackoff, TimeSpan.FromMinutes(10));
        if (!Tls && (CaFile ?? CertificateFile ?? KeyFile) is { } file)
        {
            throw new ArgumentException($"{file} is of no use without Tls.");
        }

        if ((CertificateFile is null) != (KeyFile is null))
        {
            throw new ArgumentException($"{CertificateFile ?? KeyFile}: CertificateFile and KeyFile go together.");
        }
    }
}
