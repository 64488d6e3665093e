using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Mqtt;

namespace EdgeDePin.Node;

/// <summary>As whom, how and where a node meets its neighbours.</summary>
public sealed record NeighbourOptions(SharingOptions Sharing, NodeIdentity Identity, MqttLinkOptions Broker);
