using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>Makes the manifest of a device from a template, its layers and values.</summary>
public static class Rendering
{
    /// <summary>Merges, fills, pins and chunks.</summary>
    /// <param name="baseDeployment">The template.</param>
    /// <param name="layers">In their order; see <see cref="Layers.Merge"/>.</param>
    /// <param name="values">Of the variables, without those for images.</param>
    /// <param name="pins">Digests of images.</param>
    /// <exception cref="DeploymentException">The template or a layer is malformed, or a variable has no value.</exception>
    public static Manifest Render(
        Manifest baseDeployment, IReadOnlyList<Manifest> layers, IReadOnlyDictionary<string, string> values, ImagePins pins)
    {
        Manifest manifest = Layers.Merge(baseDeployment, layers);
        // Keys of the template only; the service knows neither.
        manifest.Root.Remove("$schema");
        manifest.Root.Remove("$schema-template");
        Variables.Fill(manifest, WithImages(values));
        foreach ((string path, JsonObject settings) in ManifestModules.Settings(manifest.Root))
        {
            if (settings["image"] is JsonValue value && value.TryGetValue(out string? image) && ImageName.Parse(image) is { } name
                && pins.Pinned(name).ToString() is var pinned && pinned != image)
            {
                Origin? origin = manifest.Origins.Of(value);
                JsonNode replaced = JsonValue.Create(pinned);
                if (origin is not null)
                {
                    manifest.Origins.Set(replaced, origin);
                }

                settings["image"] = replaced;
            }

            CreateOptions.Chunk(settings, manifest.Origins, path);
        }

        return manifest;
    }

    // ${MODULES.SensorModule} and, as the IoT Edge tools have it, ${MODULES.SensorModule.arm64v8}: our images are lists of platforms, so both are one name.
    private static Dictionary<string, string> WithImages(IReadOnlyDictionary<string, string> values)
    {
        var all = new Dictionary<string, string>(values, StringComparer.Ordinal);
        if (values.TryGetValue("REGISTRY", out string? registry))
        {
            foreach (ModuleDescription module in ModuleDescription.All)
            {
                string image = $"{registry}/{module.Repository}:{module.Version}";
                foreach (string name in (string[])[module.Name, $"{module.Name}.arm64v8", $"{module.Name}.amd64"])
                {
                    all.TryAdd($"MODULES.{name}", image);
                }
            }
        }

        return all;
    }
}
