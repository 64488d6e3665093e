using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>A value as a finding shows it: short, and never a secret.</summary>
internal static class Shown
{
    private const int MaxLength = 60;

    public static string Value(string path, JsonNode? node) => node switch
    {
        JsonObject => "",
        _ when IsSecret(path) => "(hidden)",
        null => "null",
        _ => Short(node.ToJsonString()),
    };

    public static string Short(string text) => text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength - 1)}…";

    public static bool IsSecret(string path)
    {
        string name = path[(path.LastIndexOfAny(['.', '\'', '[']) is var at && at > 0 && path.EndsWith("']", StringComparison.Ordinal)
            ? path.LastIndexOf("['", StringComparison.Ordinal) + 2 : at + 1)..].TrimEnd('\'', ']');
        // A variable's value is called 'value'; what it is stands one step above.
        string above = name == "value" && path.Length > 6 ? path[..^6] : name;
        return Words.Any(word => above.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static readonly string[] Words = ["password", "secret", "token", "sharedaccesskey", "connectionstring", "privatekey", "apikey"];
}
