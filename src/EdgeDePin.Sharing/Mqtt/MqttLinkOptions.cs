namespace EdgeDePin.Sharing.Mqtt;

/// <summary>Where the neighbourhood's broker is.</summary>
public sealed class MqttLinkOptions
{
    /// <summary>Default "localhost".</summary>
    public string Host { get; set; } = "localhost";

    /// <summary>Default 1883; 1 to 65,535.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>TLS with the system's certificate authorities. Default off.</summary>
    public bool Tls { get; set; }

    /// <summary>Null for a broker that lets everybody in: it need not be trusted, but it may be abused.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>After one and a half of these without a word the broker says that we left. Default 5 s; 1 s to 5 min.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two attempts to connect. Default 10 s; 0.1 s to 10 min.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range; the message names it and the value.</exception>
    public void Check()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        ArgumentOutOfRangeException.ThrowIfLessThan(Port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, 65_535);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepAlive, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(KeepAlive, TimeSpan.FromMinutes(5));
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestBackoff, TimeSpan.FromSeconds(0.1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LongestBackoff, TimeSpan.FromMinutes(10));
    }
}
