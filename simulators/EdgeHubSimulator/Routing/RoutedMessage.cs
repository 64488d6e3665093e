using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator.Routing;

/// <summary>A message as routes see it: where it comes from, its properties of both kinds, its body.</summary>
/// <param name="module">Who sent it.</param>
/// <param name="bag">All properties, under their names on the wire.</param>
internal sealed class RoutedMessage(MessageOrigin origin, string module, IReadOnlyDictionary<string, string?> bag, byte[] body)
{
    // Names that conditions use, and the names on the wire (edge-hub SystemProperties.cs).
    private static readonly Dictionary<string, string> WireNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["messageId"] = SystemProperty.MessageId,
        ["correlationId"] = SystemProperty.CorrelationId,
        ["userId"] = "$.uid",
        ["to"] = "$.to",
        ["contentType"] = SystemProperty.ContentType,
        ["contentEncoding"] = SystemProperty.ContentEncoding,
        ["outputName"] = SystemProperty.Output,
        ["connectionDeviceId"] = SystemProperty.ConnectionDeviceId,
        ["connectionModuleId"] = SystemProperty.ConnectionModuleId,
    };

    private JsonNode? _json;
    private bool _parsed;

    public MessageOrigin Origin => origin;

    public string Module => module;

    public string? Output => bag.GetValueOrDefault(SystemProperty.Output);

    public IReadOnlyDictionary<string, string?> Bag => bag;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The body as JSON; null unless it says that it is JSON in UTF-8, as edgeHub asks, and is.</summary>
    public JsonNode? Json
    {
        get
        {
            if (!_parsed)
            {
                (_json, _parsed) = (Parse(), true);
            }

            return _json;
        }
    }

    /// <summary>A property of the application. Names compare in any case.</summary>
    public bool TryApplication(string name, out string? value)
    {
        foreach ((string key, string? text) in bag)
        {
            if (!key.StartsWith("$.", StringComparison.Ordinal) && key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = text;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <param name="name">Without the <c>$</c>.</param>
    public bool TrySystem(string name, out string? value)
    {
        if (name.Equals("connectionModuleId", StringComparison.OrdinalIgnoreCase))
        {
            value = module;
            return true;
        }

        value = null;
        return WireNames.TryGetValue(name, out string? wire) && bag.TryGetValue(wire, out value);
    }

    private JsonNode? Parse()
    {
        bool isJson = bag.GetValueOrDefault(SystemProperty.ContentType)?.Equals("application/json", StringComparison.OrdinalIgnoreCase) == true
            && bag.GetValueOrDefault(SystemProperty.ContentEncoding)?.Equals("utf-8", StringComparison.OrdinalIgnoreCase) == true;
        try
        {
            return isJson ? JsonNode.Parse(body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What kind of thing a message is.</summary>
public enum MessageOrigin
{
    /// <summary>A module sent it.</summary>
    Telemetry,

    /// <summary>A module changed its reported properties; the body is the patch.</summary>
    TwinChange,
}
