using System.Collections.Immutable;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>What a device is for: the name of a layer in <c>deployment/manifests/layers</c>.</summary>
public static class Profile
{
    private const string Prefix = "manifests/layers/";
    private const string Suffix = ".layer.json";
    private const string Template = "deployment.template.json";

    /// <summary>All profiles: <c>air</c>, <c>compute-only</c>, <c>grid</c>, <c>rain</c>, <c>weather</c>.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. BuiltIn.Names(Prefix).Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])];

    /// <summary>The base deployment, and the layers of the profiles named, separated by commas: <c>weather,air</c>.</summary>
    /// <param name="profiles">Names of profiles.</param>
    /// <param name="folder">A folder laid out like <c>deployment/manifests</c>; null takes the files that the program carries.</param>
    /// <exception cref="DeploymentException">An unknown or repeated profile, or a file that cannot be read.</exception>
    public static (Manifest Base, ImmutableArray<Manifest> Layers) Load(string profiles, string? folder)
    {
        string[] names = profiles.Split(',', StringSplitOptions.TrimEntries);
        ImmutableArray<string> known = folder is null ? Names : NamesIn(folder);
        foreach (string name in names)
        {
            if (!known.Contains(name))
            {
                throw new DeploymentException($"'{name}' is no profile: use {string.Join(", ", known)}, or several with commas between.");
            }
        }

        return names.Distinct(StringComparer.Ordinal).Count() < names.Length
            ? throw new DeploymentException($"'{profiles}' names a profile twice: name each once.")
            : names.Length > 1 && names.Contains("compute-only", StringComparer.Ordinal)
            ? throw new DeploymentException($"'{profiles}': compute-only is a device without sensors; leave it out, or the others.")
            : (Read(Template, folder), [.. names.Select(name => Read($"layers/{name}{Suffix}", folder))]);
    }

    private static ImmutableArray<string> NamesIn(string folder) => Directory.Exists(Path.Combine(folder, "layers"))
        ? [.. Directory.EnumerateFiles(Path.Combine(folder, "layers"), $"*{Suffix}")
            .Select(file => Path.GetFileName(file)[..^Suffix.Length]).Order(StringComparer.Ordinal)]
        : throw new DeploymentException($"{folder} has no folder 'layers': give a folder like deployment/manifests.");

    private static Manifest Read(string file, string? folder)
    {
        if (folder is not null)
        {
            return Whole(JsonSource.ReadFile(Path.Combine(folder, file)));
        }

        return Whole(JsonSource.Read(file, BuiltIn.Read($"manifests/{file}")));
    }

    private static Manifest Whole((System.Text.Json.Nodes.JsonObject Root, Origins Origins) text) => new(text.Root, text.Origins);
}
