using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Will a module come back after a crash, and are secrets in the open?</summary>
internal static class LifeRules
{
    public static IEnumerable<Finding> Check(Manifest manifest)
    {
        foreach (ModuleDeclaration module in ManifestModules.Of(manifest.Root))
        {
            if (!module.IsSystem && module.Declaration["restartPolicy"]?.ToString() is "never" or "on-failure")
            {
                yield return new Finding(Severity.Warning, "restart", JsonPath.Child(module.Path, "restartPolicy"),
                    manifest.Origins.Of(module.Declaration["restartPolicy"]),
                    module.Declaration["restartPolicy"]!.ToString(), "the module stays away after it ended.", "Write always.");
            }

            foreach ((string name, JsonNode? variable) in module.Declaration["env"] as JsonObject ?? [])
            {
                string path = JsonPath.Child(JsonPath.Child(JsonPath.Child(module.Path, "env"), name), "value");
                if (Shown.IsSecret(path) && variable.At("value")?.ToString() is { Length: > 0 } value
                    && !value.StartsWith("${", StringComparison.Ordinal))
                {
                    yield return new Finding(Severity.Warning, "secret", path, manifest.Origins.Of(variable), "(hidden)",
                        "everybody who may read the deployment reads this secret.",
                            "Keep it in a file on the device that only the module's user reads, bound into the container.");
                }
            }
        }

        foreach (string module in ManifestModules.Desired(manifest.Root, Manifest.Agent).At("modules") is JsonObject modules
            ? Twins(manifest.Root).Except(modules.Select(one => one.Key), StringComparer.Ordinal) : [])
        {
            yield return new Finding(Severity.Error, "twin-without-module", ManifestModules.DesiredPath(module),
                manifest.Origins.Of(ManifestModules.Desired(manifest.Root, module)), "",
                $"no module '{module}' is deployed, so nobody reads this twin.", "Rename it, or add the module.");
        }
    }

    private static IEnumerable<string> Twins(JsonObject root) =>
        (root["modulesContent"] as JsonObject ?? []).Select(twin => twin.Key).Where(name => !name.StartsWith('$'));
}
