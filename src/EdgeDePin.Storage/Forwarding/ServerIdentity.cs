namespace EdgeDePin.Storage.Forwarding;

/// <summary>Who answers at a destination.</summary>
public enum ServerKind
{
    /// <summary>It answers, and says nothing about itself: it is asked as InfluxDB 1 is.</summary>
    Unknown,
    InfluxDb1,
    InfluxDb2,
    InfluxDb3,
    VictoriaMetrics,
}

/// <summary>What a server said about itself when it was asked.</summary>
/// <param name="Version">As the server writes it; empty when it does not.</param>
public sealed record ServerIdentity(ServerKind Kind, string Version)
{
    /// <summary>
    /// Whether it takes <c>/api/v2/write</c>: from 1.8 on. A node of ours calls itself 1.6.7, after the answers it gives.
    /// </summary>
    public bool TakesVersion2Writes => Kind is ServerKind.InfluxDb2 or ServerKind.InfluxDb3
        || (Kind == ServerKind.InfluxDb1 && Minor(Version) >= 8);

    /// <summary>From the header <c>X-Influxdb-Version</c> (1.x: <c>1.6.7~rc0</c>, 2.x: <c>v2.7.1</c>) or the body of 3.x.</summary>
    public static ServerIdentity Of(string version)
    {
        string number = version.TrimStart('v', 'V');
        ServerKind kind = number.Split('.')[0] switch
        {
            "1" => ServerKind.InfluxDb1,
            "2" => ServerKind.InfluxDb2,
            "3" => ServerKind.InfluxDb3,
            _ => ServerKind.Unknown,
        };
        return new ServerIdentity(kind, version);
    }

    public override string ToString() => Kind switch
    {
        ServerKind.Unknown => "unknown server",
        ServerKind.VictoriaMetrics => $"VictoriaMetrics {Version}".TrimEnd(),
        _ => $"InfluxDB {Version}",
    };

    private static int Minor(string version) =>
        version.Split('.') is [_, string minor, ..] && int.TryParse(minor, out int number) ? number : 0;
}
