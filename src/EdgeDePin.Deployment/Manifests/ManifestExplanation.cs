using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests.Rules;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>A manifest in words: what will run, with which rights, and which way messages take.</summary>
public static class ManifestExplanation
{
    public static string Of(Manifest manifest)
    {
        var text = new StringBuilder();
        foreach (ModuleDeclaration module in ManifestModules.Of(manifest.Root))
        {
            text.Append(CultureInfo.InvariantCulture, $"{module.Name}: {module.Image?.ToString() ?? "(no image)"}\n");
            JsonObject options = module.Container ?? [];
            JsonNode? host = options["HostConfig"];
            Line("may use", ContainerRules.Devices(options).Select(device => $"{device.Host} ({device.Permissions})"));
            Line("keeps", ContainerRules.Binds(options).Select(bind => $"{bind.Container} in {bind.Host}"));
            Line("opens", (host.At("PortBindings") as JsonObject ?? []).Select(port =>
                $"{port.Key} on {string.Join(", ", (port.Value as JsonArray ?? []).Select(binding => $"{binding.At("HostIp")?.ToString() ?? "every address"}:{binding.At("HostPort")}"))}"));
            Line("memory", host.At("Memory") is JsonValue memory ? [$"at most {Mebibytes(memory)} MiB"] : module.IsSystem ? []
                : ["without a limit"]);
            Line("settings", (module.Declaration["env"] as JsonObject ?? []).Select(variable =>
                $"{variable.Key}={Shown.Value(JsonPath.Child(JsonPath.Child(JsonPath.Root, variable.Key), "value"), variable.Value.At("value")).Trim('"')}"));
        }

        text.Append("messages\n");
        foreach ((string name, RouteText route) in RouteRules.Readable(manifest.Root))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {name}: {route.FromModule ?? "any module"}/{route.FromOutput ?? "any output"} → {(route.IntoModule is null ? "the cloud" : $"{route.IntoModule}/{route.IntoInput}")}{(route.Condition is null ? "" : $", if {route.Condition}")}\n");
        }

        return text.ToString();

        void Line(string what, IEnumerable<string> things)
        {
            string joined = string.Join(", ", things);
            if (joined.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {what}: {joined}\n");
            }
        }
    }

    private static string Mebibytes(JsonValue memory) =>
        decimal.TryParse(memory.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal bytes)
            ? (bytes / (1 << 20)).ToString("0.#", CultureInfo.InvariantCulture) : memory.ToJsonString();
}
