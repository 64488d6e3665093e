using System.Collections.Frozen;

namespace EdgeDePin.EdgeHub;

/// <summary>What modules exchange through edgeHub: bytes, what they are, and properties that routes can look at.</summary>
public sealed class HubMessage
{
    /// <summary>256 KiB: larger bodies are refused by edgeHub, by IoT Hub and here.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <exception cref="ArgumentException">The body is larger than <see cref="MaxBodyBytes"/>.</exception>
    public HubMessage(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBodyBytes)
        {
            throw new ArgumentException(
                $"The message body has {body.Length} bytes and edgeHub takes {MaxBodyBytes} (256 KiB): send it in several messages.",
                nameof(body));
        }

        Body = body;
    }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Media type of the body, e.g. <c>application/senml+json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>Character set of the body. Routes that look into a body need <c>utf-8</c> and <c>application/json</c>.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>Given by the sender; the same on every redelivery, so a receiver can tell a copy.</summary>
    public string? MessageId { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>The sending device, as the hub vouches for it; null on messages not yet sent.</summary>
    public string? ConnectionDeviceId { get; init; }

    /// <summary>The sending module, as the hub vouches for it; null on messages not yet sent.</summary>
    public string? ConnectionModuleId { get; init; }

    /// <summary>The application's own properties. Names that begin with <c>$.</c> belong to edgeHub.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The system properties that are set, then the application's, in the order of the official clients.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> BagPairs()
    {
        (string Key, string? Value)[] system =
        [
            (SystemProperty.MessageId, MessageId),
            (SystemProperty.CorrelationId, CorrelationId),
            (SystemProperty.ContentType, ContentType),
            (SystemProperty.ContentEncoding, ContentEncoding),
        ];
        return system.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value))
            .Concat(Properties.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
    }

    /// <summary>A message as it came: the properties of edgeHub sorted out of the bag. A key without a value reads as empty.</summary>
    internal static HubMessage FromBag(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string?> bag) => new(body)
    {
        MessageId = bag.GetValueOrDefault(SystemProperty.MessageId),
        CorrelationId = bag.GetValueOrDefault(SystemProperty.CorrelationId),
        ContentType = bag.GetValueOrDefault(SystemProperty.ContentType),
        ContentEncoding = bag.GetValueOrDefault(SystemProperty.ContentEncoding),
        ConnectionDeviceId = bag.GetValueOrDefault(SystemProperty.ConnectionDeviceId),
        ConnectionModuleId = bag.GetValueOrDefault(SystemProperty.ConnectionModuleId),
        Properties = bag.Where(pair => !pair.Key.StartsWith("$.", StringComparison.Ordinal))
            .ToFrozenDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal),
    };
}
