using System.Globalization;

namespace EdgeDePin.EdgeHub;

/// <summary>Which module this is, and where its hub listens.</summary>
public sealed class ModuleOptions
{
    private static readonly string[] ConnectionStrings = ["EdgeHubConnectionString", "IotHubConnectionString"];

    /// <summary>Host of the hub. Default <c>127.0.0.1</c>.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Port of the hub, 1 to 65535. Default 1883, for a plain hub on the same machine; 8883 is usual with TLS.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>The device. No default.</summary>
    public string DeviceId { get; set; } = "";

    /// <summary>The module's name in the deployment manifest. No default.</summary>
    public string ModuleId { get; set; } = "";

    /// <summary>Name of the IoT Hub; it stands in the user name only. Default <c>local</c>, which a local hub accepts.</summary>
    public string IotHubHostName { get; set; } = "local";

    /// <summary>
    /// The module's key in base64. Default none; with a key the connection is TLS and <see cref="TrustBundleFile"/> is needed.
    /// </summary>
    public string SharedAccessKey { get; set; } = "";

    /// <summary>PEM file of the roots to trust. Default none: with a workload API they are asked for there.</summary>
    public string TrustBundleFile { get; set; } = "";

    /// <summary>Where to have tokens signed, <c>unix:///…</c> or <c>http://…</c>. Default none; with it the connection is TLS.</summary>
    public string WorkloadUri { get; set; } = "";

    /// <summary>Which life of the module this is; goes with <see cref="WorkloadUri"/>. Default none.</summary>
    public string GenerationId { get; set; } = "";

    /// <summary>How long a token is good, 10 s to 1 day. Default 1 h, as the official clients; renewed with 15 % of it left.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long to wait from the first TCP packet to CONNACK before trying anew, 1 s to 60 s. Default 10 s: edgeHub 1.6.0 and
    /// 1.6.1 can lose a CONNECT and then never answer (Azure/iotedge #7539).
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long to wait for a PUBACK before the connection is given up and the message sent again on the next, 1 s to 10 min.
    /// Default 30 s, edgeHub's own <c>MessageAckTimeoutSecs</c>.
    /// </summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which the client pings, 1 s to 10 min (edgeHub's limit). Default 60 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait before the first try after a loss, 10 ms or more; it doubles with each failure. Default 500 ms.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Longest wait between two tries, at least <see cref="FirstBackoff"/>. Default 8 s, so that ten seconds after a hub is back its
    /// modules are too; the hub is on the same device or site, and a try costs it little.
    /// </summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Messages sent and not yet acknowledged, 1 to 16 (edgeHub's limit). Default 10. 1 keeps the order over a reconnect.</summary>
    public int MaxInFlight { get; set; } = 10;

    /// <summary>Sends that may wait for their turn or for the hub, 1 to 100 000. Default 1000; the next one throws.</summary>
    public int MaxWaiting { get; set; } = 1_000;

    /// <summary>
    /// Messages in their handlers at once, 1 to 16. Default 1, which keeps their order; more let a store commit them together.
    /// </summary>
    public int MaxHandled { get; set; } = 1;

    /// <summary>Whether the connection is TLS with a signed token: it is as soon as something can sign.</summary>
    public bool IsSecure => SharedAccessKey.Length > 0 || WorkloadUri.Length > 0;

    /// <summary>
    /// Options from <c>HostName=…;GatewayHostName=…;DeviceId=…;ModuleId=…;SharedAccessKey=…</c>. The gateway is where to connect, a
    /// port may follow after a colon; without one the hub itself is.
    /// </summary>
    /// <param name="trustBundleFile">PEM file of the roots to trust.</param>
    /// <exception cref="FormatException">A part is missing or malformed; the message names it.</exception>
    public static ModuleOptions FromConnectionString(string text, string trustBundleFile)
    {
        IReadOnlyDictionary<string, string> parts = ConnectionString.Parse(text);
        var options = new ModuleOptions
        {
            IotHubHostName = parts["HostName"],
            DeviceId = parts["DeviceId"],
            ModuleId = parts["ModuleId"],
            SharedAccessKey = parts["SharedAccessKey"],
            TrustBundleFile = trustBundleFile,
        };
        options.SetGateway("GatewayHostName", parts.GetValueOrDefault("GatewayHostName", parts["HostName"]));
        return options.Checked();
    }

    /// <summary>
    /// Options from the variables that IoT Edge gives a module, in the order of the official clients: <c>EdgeHubConnectionString</c> or
    /// <c>IotHubConnectionString</c> with <c>EdgeModuleCACertificateFile</c> (development), else the <c>IOTEDGE_*</c> set.
    /// </summary>
    /// <param name="variable">Looks a variable up; null or empty where it is not set.</param>
    /// <exception cref="FormatException">A variable is missing or malformed; the message names it.</exception>
    public static ModuleOptions FromVariables(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string? text = ConnectionStrings.Select(variable).FirstOrDefault(set => set is { Length: > 0 });
        if (text is not null)
        {
            return FromConnectionString(text, Required("EdgeModuleCACertificateFile"));
        }

        string scheme = Required("IOTEDGE_AUTHSCHEME");
        if (!scheme.Equals("sasToken", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"IOTEDGE_AUTHSCHEME is '{scheme}'; modules sign tokens, so it must be sasToken.");
        }

        var options = new ModuleOptions
        {
            DeviceId = Required("IOTEDGE_DEVICEID"),
            ModuleId = Required("IOTEDGE_MODULEID"),
            IotHubHostName = Required("IOTEDGE_IOTHUBHOSTNAME"),
            WorkloadUri = Required("IOTEDGE_WORKLOADURI"),
            GenerationId = Required("IOTEDGE_MODULEGENERATIONID"),
        };
        options.SetGateway("IOTEDGE_GATEWAYHOSTNAME", Required("IOTEDGE_GATEWAYHOSTNAME"));
        return options.Checked();

        string Required(string name) => variable(name) is { Length: > 0 } value
            ? value
            : throw new FormatException($"{name} is not set: IoT Edge sets it for its modules; set it, or configure the module by options.");
    }

    /// <summary>Whether <see cref="FromVariables"/> has something to read.</summary>
    public static bool AreInVariables(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return ConnectionStrings.Append("IOTEDGE_WORKLOADURI").Any(name => variable(name) is { Length: > 0 });
    }

    /// <summary>These options, if a client can be made of them.</summary>
    /// <exception cref="FormatException">The first option that is out of range: its name, its value and the range.</exception>
    public ModuleOptions Checked()
    {
        _ = new ModuleIdentity(DeviceId, ModuleId);
        Require(Host.Length > 0, nameof(Host), Host, "a host name or address");
        Require(Port is >= 1 and <= 65_535, nameof(Port), Port, "1 to 65535");
        Require(IotHubHostName.Length > 0 && !IotHubHostName.Contains('/', StringComparison.Ordinal),
            nameof(IotHubHostName), IotHubHostName, "a host name");
        Require(!IsSecure || WorkloadUri.Length > 0 || TrustBundleFile.Length > 0, nameof(TrustBundleFile), TrustBundleFile,
            "a PEM file with the hub's root, since there is no workload API to ask");
        Require(Within(TokenLifetime, 10, 86_400), nameof(TokenLifetime), TokenLifetime, "10 s to 1 day");
        Require(Within(ConnectTimeout, 1, 60), nameof(ConnectTimeout), ConnectTimeout, "1 s to 60 s");
        Require(Within(AckTimeout, 1, 600), nameof(AckTimeout), AckTimeout, "1 s to 10 min");
        Require(Within(KeepAlive, 1, 600), nameof(KeepAlive), KeepAlive, "1 s to 10 min");
        Require(FirstBackoff >= TimeSpan.FromMilliseconds(10), nameof(FirstBackoff), FirstBackoff, "10 ms or more");
        Require(MaxBackoff >= FirstBackoff, nameof(MaxBackoff), MaxBackoff, $"at least {nameof(FirstBackoff)}, {FirstBackoff}");
        Require(MaxInFlight is >= 1 and <= 16, nameof(MaxInFlight), MaxInFlight, "1 to 16");
        Require(MaxWaiting is >= 1 and <= 100_000, nameof(MaxWaiting), MaxWaiting, "1 to 100000");
        Require(MaxHandled is >= 1 and <= 16, nameof(MaxHandled), MaxHandled, "1 to 16");
        return this;
    }

    // 8883 is the port of MQTT over TLS.
    private void SetGateway(string name, string gateway)
    {
        int colon = gateway.LastIndexOf(':');
        Host = colon < 0 ? gateway : gateway[..colon];
        Port = colon < 0 ? 8883
            : int.TryParse(gateway.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port
            : throw new FormatException($"{name} is '{gateway}': after the colon stands a port number.");
    }

    private static bool Within(TimeSpan span, double fromSeconds, double toSeconds) =>
        span >= TimeSpan.FromSeconds(fromSeconds) && span <= TimeSpan.FromSeconds(toSeconds);

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new FormatException($"{nameof(ModuleOptions)}.{name} is '{value}'; it must be {range}.");
        }
    }
}
