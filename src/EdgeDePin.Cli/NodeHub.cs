using EdgeDePin.Node;
using EdgeHubSimulator;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Cli;

/// <summary>A local hub with the routes of a node.</summary>
internal static class NodeHub
{
    /// <param name="port">On loopback; 0 takes any free one.</param>
    /// <exception cref="EdgeHubSimulator.PortInUseException">Another program listens there.</exception>
    public static async Task<LocalHub> StartAsync(string deviceId, int port, ILoggerFactory logs)
    {
        var options = new LocalHubOptions { DeviceId = deviceId, Port = port };
        foreach (string route in HubOutputs.Routes)
        {
            options.Routes.Add($"route{options.Routes.Count + 1}", route);
        }

        var hub = new LocalHub(options, TimeProvider.System, logs.CreateLogger<LocalHub>());
        await hub.StartAsync();
        return hub;
    }
}
