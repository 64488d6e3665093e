using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>How each module of a node connects to the node's hub.</summary>
public static class HubClient
{
    // Telemetry acknowledges after a commit, and messages that wait together share one; elsewhere the order of messages matters.
    private const int HandledByTelemetry = 10;

    /// <exception cref="FormatException">An option is out of range.</exception>
    public static ModuleClient Create(HubOptions hub, string module, TimeProvider time, Random random, ILoggerFactory logs) => new(
        new ModuleOptions
        {
            Host = hub.Host,
            Port = hub.Port,
            DeviceId = hub.DeviceId,
            ModuleId = module,
            MaxHandled = module == HubOutputs.TelemetryModule ? HandledByTelemetry : 1,
        },
        time, random, logs.CreateLogger<ModuleClient>());
}
