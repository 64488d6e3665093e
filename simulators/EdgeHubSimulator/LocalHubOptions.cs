namespace EdgeHubSimulator;

/// <summary>How a local hub listens, what it routes, and how much it keeps.</summary>
public sealed class LocalHubOptions
{
    /// <summary>Port on the loopback address, 0 to 65535. Default 0: any free one; see <see cref="LocalHub.Port"/>.</summary>
    public int Port { get; set; }

    /// <summary>The device whose modules may connect. Default <c>edge</c>.</summary>
    public string DeviceId { get; set; } = "edge";

    /// <summary>Name to route, as in a deployment manifest. Default none: every message is counted as unrouted.</summary>
    public IDictionary<string, string> Routes { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Messages that may wait for one input, 1 to 1 000 000. Default 10 000; then the oldest is dropped and counted.</summary>
    public int MaxWaitingMessages { get; set; } = 10_000;

    /// <summary>Bytes of bodies that may wait for one input, 256 KiB or more. Default 16 MiB; then the oldest is dropped and counted.</summary>
    public long MaxWaitingBytes { get; set; } = 16 << 20;

    /// <summary>Messages delivered to one input and not yet acknowledged, 1 to 100. Default 10, edgeHub's own limit.</summary>
    public int MaxInFlight { get; set; } = 10;

    /// <summary>After this time without acknowledgement a message is delivered again, 10 ms or more. Default 30 s, as edgeHub.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Modules that may be known at one time, 1 to 10 000. Default 100, edgeHub's <c>MaxConnectedClients</c>.</summary>
    public int MaxModules { get; set; } = 100;

    /// <exception cref="FormatException">The first option that is out of range: its name, its value and the range.</exception>
    public void Check()
    {
        _ = new EdgeDePin.EdgeHub.ModuleIdentity(DeviceId, "m");
        Require(Port is >= 0 and <= 65_535, nameof(Port), Port, "0 to 65535");
        Require(MaxWaitingMessages is >= 1 and <= 1_000_000, nameof(MaxWaitingMessages), MaxWaitingMessages, "1 to 1000000");
        Require(MaxWaitingBytes >= 256 * 1024, nameof(MaxWaitingBytes), MaxWaitingBytes, "262144 or more");
        Require(MaxInFlight is >= 1 and <= 100, nameof(MaxInFlight), MaxInFlight, "1 to 100");
        Require(AckTimeout >= TimeSpan.FromMilliseconds(10), nameof(AckTimeout), AckTimeout, "10 ms or more");
        Require(MaxModules is >= 1 and <= 10_000, nameof(MaxModules), MaxModules, "1 to 10000");
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new FormatException($"{nameof(LocalHubOptions)}.{name} is '{value}'; it must be {range}.");
        }
    }
}
