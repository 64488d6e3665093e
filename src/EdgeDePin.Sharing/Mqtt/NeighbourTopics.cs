using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Mqtt;

/// <summary>The topics of protocol 1 in one site.</summary>
public sealed class NeighbourTopics(string site)
{
    private readonly string _nodes = $"edgedepin/1/{site}/nodes/";

    /// <summary>Retained: the node's signed offer; empty where the node has left.</summary>
    public string Offer(NodeId node) => $"{_nodes}{node}/offer";

    public string Inbox(NodeId node) => $"{_nodes}{node}/inbox";

    /// <summary>Retained: the newest checkpoint of the node's receipt log.</summary>
    public string Log(NodeId node) => $"{_nodes}{node}/log";

    /// <summary>Retained: the site's signed list of revocations.</summary>
    public string Revocations { get; } = $"edgedepin/1/{site}/revocations";

    /// <summary>The filter for every node's offer.</summary>
    public string Offers => $"{_nodes}+/offer";

    /// <summary>Whose offer topic this is; null for any other topic.</summary>
    public NodeId? OfferOf(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        const string End = "/offer";
        return topic.Length == _nodes.Length + NodeId.Length + End.Length
            && topic.StartsWith(_nodes, StringComparison.Ordinal)
            && topic.EndsWith(End, StringComparison.Ordinal)
            && NodeId.TryParse(topic.Substring(_nodes.Length, NodeId.Length), out NodeId node)
                ? node
                : null;
    }
}
