using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EdgeHubSimulator.Routing;
using EdgeHubSimulator.Security;

namespace EdgeHubSimulator;

/// <summary>How a local hub listens, what it routes, and how much it keeps.</summary>
public sealed class LocalHubOptions
{
    // The address of a unix socket takes 108 bytes with its final zero.
    private const int LongestSocketPath = 107;

    /// <summary>Port to listen on, 0 to 65535. Default 0: any free one; see <see cref="LocalHub.Port"/>.</summary>
    public int Port { get; set; }

    /// <summary>Address to listen on. Default loopback; a plain hub listens nowhere else.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The device whose modules may connect. Default <c>edge</c>.</summary>
    public string DeviceId { get; set; } = "edge";

    /// <summary>Name of the IoT Hub that tokens are signed for. Default <c>local</c>.</summary>
    public string IotHubHostName { get; set; } = "local";

    /// <summary>
    /// Where messages, twins, keys and certificates are kept; only its owner may enter. Default none: everything is in memory, and
    /// ends with the process.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>TLS with a certificate of the site's own authority, and signed tokens. Default false; needs a folder.</summary>
    public bool Secure { get; set; }

    /// <summary>Names and lives of the certificates of a secure hub.</summary>
    public SiteCaOptions Certificates { get; set; } = new();

    /// <summary>
    /// Unix socket of the workload API, which signs for every module: for the owner of the hub only. Default none; needs a secure hub.
    /// </summary>
    public string? WorkloadSocket { get; set; }

    /// <summary>
    /// Folder with a socket of the workload API for each of <see cref="Modules"/>, <c>NAME.sock</c>, which signs for that module alone: what a
    /// module's container is given. Default none; needs a secure hub.
    /// </summary>
    public string? WorkloadFolder { get; set; }

    /// <summary>Unix socket for <c>edgedepin hub twin</c> and the like. Default none.</summary>
    public string? ManagementSocket { get; set; }

    /// <summary>Port on loopback for <c>GET /metrics</c>; 0 takes any free one. Default none; edgeHub's is 9600.</summary>
    public int? MetricsPort { get; set; }

    /// <summary>Name to route, as in a deployment manifest. Default none: every message is counted as unrouted.</summary>
    public IDictionary<string, RouteEntry> Routes { get; } = new Dictionary<string, RouteEntry>(StringComparer.Ordinal);

    /// <summary>Modules that may connect. Default empty: any of the device.</summary>
    public ISet<string> Modules { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Desired properties that a deployment gives its modules; applied once, so that later changes of the twin stand.</summary>
    public IDictionary<string, JsonObject> Desired { get; } = new Dictionary<string, JsonObject>(StringComparer.Ordinal);

    /// <summary>Messages that may wait for one input in memory, 1 to 1 000 000. Default 10 000; then the oldest is dropped and counted.</summary>
    public int MaxWaitingMessages { get; set; } = 10_000;

    /// <summary>Bytes of bodies that may wait for one input in memory, 256 KiB or more. Default 16 MiB; then the oldest is dropped and counted.</summary>
    public long MaxWaitingBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Bytes that waiting messages may take on the disk, 1 MiB or more. Default 512 MiB; then the oldest of the least important are dropped and counted.
    /// </summary>
    public long DiskQuotaBytes { get; set; } = 512L << 20;

    /// <summary>
    /// How often what was written is forced onto the disk, 10 ms or more. Default 1 s: that much a power cut can take. The death
    /// of the process takes nothing.
    /// </summary>
    public TimeSpan SyncEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a message may wait where its route does not say. Default for ever.</summary>
    public TimeSpan TimeToLive { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Messages delivered to one input and not yet acknowledged, 1 to 100. Default 10, edgeHub's own limit.</summary>
    public int MaxInFlight { get; set; } = 10;

    /// <summary>After this time without acknowledgement a message is delivered again, 10 ms or more. Default 30 s, as edgeHub.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Modules that may be known at one time, 1 to 10 000. Default 200, twice edgeHub's <c>MaxConnectedClients</c>.</summary>
    public int MaxModules { get; set; } = 200;

    /// <exception cref="FormatException">The first option that is out of range: its name, its value and the range.</exception>
    public void Check()
    {
        _ = new EdgeDePin.EdgeHub.ModuleIdentity(DeviceId, "m");
        Require(Port is >= 0 and <= 65_535, nameof(Port), Port, "0 to 65535");
        Require(!Secure || Folder is not null, nameof(Secure), Secure, "false where there is no Folder for keys and certificates");
        Require(Secure || IPAddress.IsLoopback(Address), nameof(Address), Address, "a loopback address as long as the hub is not Secure");
        Require(WorkloadSocket is null || Secure, nameof(WorkloadSocket), WorkloadSocket ?? "", "none as long as the hub is not Secure");
        Require(WorkloadFolder is null || Secure, nameof(WorkloadFolder), WorkloadFolder ?? "", "none as long as the hub is not Secure");
        Require(WorkloadFolder is null || Modules.All(module => Encoding.UTF8.GetByteCount(WorkloadSocketOf(module)) <= LongestSocketPath),
            nameof(WorkloadFolder), WorkloadFolder ?? "", $"so short that the path of each module's socket is at most {LongestSocketPath} bytes (unix(7))");
        Require(MaxWaitingMessages is >= 1 and <= 1_000_000, nameof(MaxWaitingMessages), MaxWaitingMessages, "1 to 1000000");
        Require(MaxWaitingBytes >= 256 * 1024, nameof(MaxWaitingBytes), MaxWaitingBytes, "262144 or more");
        Require(DiskQuotaBytes >= 1 << 20, nameof(DiskQuotaBytes), DiskQuotaBytes, "1048576 or more");
        Require(SyncEvery >= TimeSpan.FromMilliseconds(10), nameof(SyncEvery), SyncEvery, "10 ms or more");
        Require(MaxInFlight is >= 1 and <= 100, nameof(MaxInFlight), MaxInFlight, "1 to 100");
        Require(AckTimeout >= TimeSpan.FromMilliseconds(10), nameof(AckTimeout), AckTimeout, "10 ms or more");
        Require(MaxModules is >= 1 and <= 10_000, nameof(MaxModules), MaxModules, "1 to 10000");
        Require(Certificates.RootLifetime >= Certificates.ServerLifetime * 3, "Certificates.RootLifetime", Certificates.RootLifetime,
            "at least three times ServerLifetime");
        Require(Certificates.ServerLifetime >= TimeSpan.FromHours(1), "Certificates.ServerLifetime", Certificates.ServerLifetime, "1 hour or more");
        Require(Certificates.HostNames.Count > 0, "Certificates.HostNames", "", "at least one name");
    }

    /// <summary>Where a module finds its own workload socket.</summary>
    /// <exception cref="InvalidOperationException">There is no <see cref="WorkloadFolder"/>.</exception>
    public string WorkloadSocketOf(string module) => Path.Combine(
        WorkloadFolder ?? throw new InvalidOperationException($"{nameof(WorkloadFolder)} is not set."), Uri.EscapeDataString(module) + ".sock");

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new FormatException($"{nameof(LocalHubOptions)}.{name} is '{value}'; it must be {range}.");
        }
    }
}
