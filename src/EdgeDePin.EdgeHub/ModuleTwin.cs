using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.EdgeHub;

/// <summary>What the hub keeps about a module: what it should be, and what it said it is.</summary>
public sealed record ModuleTwin(TwinProperties Desired, TwinProperties Reported)
{
    /// <exception cref="FormatException">Not <c>{"desired":{…},"reported":{…}}</c>.</exception>
    internal static ModuleTwin Parse(ReadOnlySpan<byte> body)
    {
        JsonObject twin = TwinProperties.Object(body);
        return new ModuleTwin(Part("desired"), Part("reported"));

        TwinProperties Part(string name) => twin[name] is JsonObject part
            ? TwinProperties.From(part)
            : throw new FormatException($"The twin has no '{name}' object.");
    }
}

/// <summary>One half of a twin.</summary>
/// <param name="Values">Without the names that begin with <c>$</c>, which are the hub's.</param>
/// <param name="Version">Grows by one with every change.</param>
public sealed record TwinProperties(JsonObject Values, long Version)
{
    /// <summary>The name under which the version travels among the properties.</summary>
    public const string VersionName = "$version";

    /// <summary>Takes the properties and the version apart; a missing version is 0.</summary>
    /// <exception cref="FormatException">The version is no whole number.</exception>
    public static TwinProperties From(JsonObject properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        long version = 0;
        if (properties[VersionName] is { } stated && !(stated is JsonValue number && number.TryGetValue(out version)))
        {
            throw new FormatException($"The twin's {VersionName} is '{stated.ToJsonString()}'; it must be a whole number.");
        }

        var values = (JsonObject)properties.DeepClone();
        foreach (string name in values.Select(pair => pair.Key).Where(name => name.StartsWith('$')).ToArray())
        {
            values.Remove(name);
        }

        return new TwinProperties(values, version);
    }

    /// <exception cref="FormatException">Not a JSON object.</exception>
    internal static JsonObject Object(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw new FormatException("Twin properties are a JSON object.");
        }
        catch (JsonException error)
        {
            throw new FormatException($"Twin properties cannot be read: {error.Message}", error);
        }
    }
}
