using System.Text.Json.Nodes;
using EdgeDePin.Node;
using EdgeHubSimulator;
using EdgeHubSimulator.Manifests;
using EdgeHubSimulator.Routing;
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
        Deploy(options, manifest: null);
        var hub = new LocalHub(options, TimeProvider.System, logs.CreateLogger<LocalHub>());
        await hub.StartAsync();
        return hub;
    }

    /// <summary>Gives a hub the routes, modules and desired properties of a manifest; without one, the routes of a node.</summary>
    public static void Deploy(LocalHubOptions options, DeploymentManifest? manifest)
    {
        if (manifest is null)
        {
            foreach (string route in HubOutputs.Routes)
            {
                options.Routes.Add($"route{options.Routes.Count + 1}", new RouteEntry(route));
            }

            return;
        }

        foreach ((string name, RouteEntry route) in manifest.Routes)
        {
            options.Routes.Add(name, route);
        }

        foreach ((string module, JsonObject desired) in manifest.Modules)
        {
            options.Modules.Add(module);
            options.Desired.Add(module, desired);
        }
    }
}
