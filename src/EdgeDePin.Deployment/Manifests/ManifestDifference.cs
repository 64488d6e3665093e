using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests.Rules;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>One value that differs between two manifests.</summary>
/// <param name="Path">Where.</param>
/// <param name="Before">Null if it was not there.</param>
/// <param name="After">Null if it is not there any more.</param>
public sealed record ManifestDifference(string Path, string? Before, string? After)
{
    /// <summary>What differs in meaning: container options are compared as options, however they were cut into chunks.</summary>
    public static IEnumerable<ManifestDifference> Between(Manifest before, Manifest after) =>
        Walk(Comparable(before), Comparable(after), JsonPath.Root);

    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"+ {Path}: {After}",
        (_, null) => $"- {Path}: {Before}",
        _ => $"~ {Path}: {Before} → {After}",
    };

    private static JsonObject Comparable(Manifest manifest)
    {
        var root = (JsonObject)manifest.Root.DeepClone();
        foreach ((_, JsonObject settings) in ManifestModules.Settings(root))
        {
            if (CreateOptions.Read(settings) is { } options)
            {
                foreach (string key in settings.Select(part => part.Key).Where(key => key.StartsWith(CreateOptions.Name, StringComparison.OrdinalIgnoreCase)).ToList())
                {
                    settings.Remove(key);
                }

                settings[CreateOptions.Name] = options;
            }
        }

        return root;
    }

    private static IEnumerable<ManifestDifference> Walk(JsonNode? before, JsonNode? after, string path)
    {
        if (before is JsonObject was && after is JsonObject now)
        {
            return was.Select(part => part.Key).Union(now.Select(part => part.Key)).SelectMany(name => Walk(was[name], now[name], JsonPath.Child(path, name)));
        }

        return JsonNode.DeepEquals(before, after) ? [] : [new ManifestDifference(path, Said(before, path), Said(after, path))];
    }

    private static string? Said(JsonNode? node, string path) =>
        node is null ? null : Shown.IsSecret(path) ? "(hidden)" : Shown.Short(node.ToJsonString());
}
