using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>Where each value was written. Values keep their identity while layers are merged, so their origin stays with them.</summary>
public sealed class Origins
{
    private readonly Dictionary<JsonNode, Origin> _origins = new(ReferenceEqualityComparer.Instance);

    public void Set(JsonNode node, Origin origin) => _origins[node] = origin;

    public void AddAll(Origins others)
    {
        foreach ((JsonNode node, Origin origin) in others._origins)
        {
            _origins[node] = origin;
        }
    }

    /// <summary>Where the value stands, or the nearest thing around it that has a place. Null if nothing has.</summary>
    public Origin? Of(JsonNode? node)
    {
        for (; node is not null; node = node.Parent)
        {
            if (_origins.TryGetValue(node, out Origin? origin))
            {
                return origin;
            }
        }

        return null;
    }
}
