using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>What a module's <c>module.json</c> says: its image, and the inputs and outputs that it has.</summary>
/// <param name="Name">Folder below <c>modules/</c>; <c>${MODULES.Name}</c> in a template stands for its image.</param>
/// <param name="Repository">The image's name without its registry.</param>
/// <param name="Version">Its tag.</param>
/// <param name="Inputs">Names of its inputs.</param>
/// <param name="Outputs">Names of its outputs.</param>
public sealed record ModuleDescription(
    string Name, string Repository, string Version, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs)
{
    /// <summary>Our modules, from the descriptions beside their source.</summary>
    public static ImmutableArray<ModuleDescription> All { get; } =
        [.. BuiltIn.Names("modules/").Where(name => name.EndsWith("/module.json", StringComparison.Ordinal)).Select(Read)];

    /// <summary>The module whose image this is, by the last part of the image's path. Null for a foreign one.</summary>
    public static ModuleDescription? OfImage(ImageName image) =>
        All.FirstOrDefault(module => module.Repository == image.ShortName);

    private static ModuleDescription Read(string resource)
    {
        (JsonObject root, _) = JsonSource.Read(resource, BuiltIn.Read(resource));
        string repository = root["image"]!["repository"]!.GetValue<string>();
        return new ModuleDescription(
            resource.Split('/')[1],
            repository[(repository.LastIndexOf('/') + 1)..],
            root["image"]!["tag"]!["version"]!.GetValue<string>(),
            Texts(root["inputs"]), Texts(root["outputs"]));
    }

    private static ImmutableArray<string> Texts(JsonNode? list) =>
        list is JsonObject named ? [.. named.Select(part => part.Key)] : [];
}
