using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Mqtt;

namespace EdgeDePin.Node;

/// <summary>As whom, how and where a node meets its neighbours.</summary>
public sealed record NeighbourOptions(SharingOptions Sharing, NodeIdentity Identity, MqttLinkOptions Broker) : IDisposable
{
    /// <summary>The neighbours of a node's site, met at a broker; null when no broker is configured.</summary>
    /// <exception cref="IOException">The node's key cannot be read or made in its data folder; the message names file and remedy.</exception>
    public static NeighbourOptions? At(BrokerOptions broker, NodeOptions node, TimeProvider time)
    {
        if (broker.Host is not { Length: > 0 } host)
        {
            return null;
        }

        Directory.CreateDirectory(node.DataFolder);
        return new NeighbourOptions(
            new SharingOptions { Site = node.Site, Name = node.Name },
            NodeIdentity.LoadOrCreate(node.DataFolder, time),
            new MqttLinkOptions { Host = host, Port = broker.Port });
    }

    public void Dispose() => Identity.Dispose();
}
