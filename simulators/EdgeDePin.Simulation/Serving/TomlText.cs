using System.Text.Json.Nodes;
using Tomlyn;
using Tomlyn.Model;

namespace EdgeDePin.Simulation.Serving;

/// <summary>TOML 1.0 as the JSON of the same meaning.</summary>
internal static class TomlText
{
    /// <exception cref="TomlException">No TOML; the message names line and column.</exception>
    public static string ToJson(string toml) => Node(TomlSerializer.Deserialize<TomlTable>(toml) ?? [])!.ToJsonString();

    private static JsonNode? Node(object? value) => value switch
    {
        TomlTable table => new JsonObject(table.Select(pair => KeyValuePair.Create(pair.Key, Node(pair.Value)))),
        TomlTableArray tables => new JsonArray([.. tables.Select(Node)]),
        TomlArray array => new JsonArray([.. array.Select(Node)]),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        null => null,
        _ => JsonValue.Create(value.ToString()),
    };
}
