using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>A module as a manifest declares it; what is missing or of the wrong kind is empty here and reported by the rules of
/// form.</summary>
/// <param name="Name">Key below <c>modules</c>, or <c>edgeAgent</c>, <c>edgeHub</c>.</param>
/// <param name="Path">JSON path of its declaration.</param>
/// <param name="Declaration">All of it.</param>
/// <param name="Settings">Its <c>settings</c>; empty if there are none.</param>
/// <param name="IsSystem">edgeAgent or edgeHub.</param>
public sealed record ModuleDeclaration(string Name, string Path, JsonObject Declaration, JsonObject Settings, bool IsSystem)
{
    public ImageName? Image => Settings["image"] is JsonValue value && value.TryGetValue(out string? text) ? ImageName.Parse(text) : null;

    /// <summary>The container's options; null if there are none or they are no JSON.</summary>
    public JsonObject? Container => CreateOptions.Read(Settings);

    /// <summary>The value of an environment variable as text; null if it is not set.</summary>
    public string? Variable(string name) => Declaration["env"].At(name).At("value")?.ToString();
}

/// <summary>Walks the modules of a manifest, whatever its state.</summary>
public static class ManifestModules
{
    /// <summary>System modules first, then the others, in the order written.</summary>
    public static IEnumerable<ModuleDeclaration> Of(JsonObject root)
    {
        if (Desired(root, Manifest.Agent) is not { } desired)
        {
            yield break;
        }

        string path = DesiredPath(Manifest.Agent);
        foreach (string group in (string[])["systemModules", "modules"])
        {
            if (desired[group] is JsonObject modules)
            {
                foreach ((string name, JsonNode? module) in modules)
                {
                    if (module is JsonObject declaration)
                    {
                        yield return new ModuleDeclaration(
                            name, JsonPath.Child(JsonPath.Child(path, group), name), declaration,
                            declaration["settings"] as JsonObject ?? [], group == "systemModules");
                    }
                }
            }
        }
    }

    /// <summary>The desired twin of a module; null if there is none.</summary>
    public static JsonObject? Desired(JsonObject root, string module) =>
        (root["modulesContent"] as JsonObject).At(module) is JsonObject twin ? twin[Manifest.Desired] as JsonObject : null;

    public static string DesiredPath(string module) =>
        JsonPath.Child(JsonPath.Child(JsonPath.Child(JsonPath.Root, "modulesContent"), module), Manifest.Desired);

    internal static IEnumerable<(string Path, JsonObject Settings)> Settings(JsonObject root) =>
        Of(root).Where(module => module.Declaration["settings"] is JsonObject)
            .Select(module => (JsonPath.Child(module.Path, "settings"), module.Settings));
}
