using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>How each module of a node connects to the node's hub.</summary>
public static class HubClient
{
    // Telemetry acknowledges after a commit, and messages that wait together share one; elsewhere the order of messages matters.
    private const int HandledByTelemetry = 10;

    /// <exception cref="FormatException">An option is out of range.</exception>
    public static ModuleClient Create(HubOptions hub, string module, TimeProvider time, Random random, ILoggerFactory logs) => Create(
        new ModuleOptions { Host = hub.Host, Port = hub.Port, DeviceId = hub.DeviceId, ModuleId = module }, module, time, random, logs);

    /// <summary>As the environment says, where IoT Edge or a developer has set its variables; else as the configuration says.</summary>
    /// <param name="variable">Looks a variable of the environment up.</param>
    /// <exception cref="FormatException">An option or a variable is missing or out of range.</exception>
    public static ModuleClient Create(
        HubOptions hub, string module, Func<string, string?> variable, TimeProvider time, Random random, ILoggerFactory logs) =>
        ModuleOptions.AreInVariables(variable) ? Create(ModuleOptions.FromVariables(variable), module, time, random, logs)
        : hub.ConnectionString is { Length: > 0 } text
            ? Create(ModuleOptions.FromConnectionString(text, hub.TrustBundleFile ?? ""), module, time, random, logs)
        : Create(hub, module, time, random, logs);

    private static ModuleClient Create(ModuleOptions options, string module, TimeProvider time, Random random, ILoggerFactory logs)
    {
        options.MaxHandled = module == HubOutputs.TelemetryModule ? HandledByTelemetry : 1;
        return new ModuleClient(options, time, random, logs.CreateLogger<ModuleClient>());
    }
}
