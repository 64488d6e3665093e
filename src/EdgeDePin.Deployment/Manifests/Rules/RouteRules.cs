using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Can every route be read, and does every message arrive somewhere?</summary>
internal static class RouteRules
{
    private const string ToSensors = "neighbours";

    public static IEnumerable<Finding> Check(Manifest manifest)
    {
        List<(string Name, string Path, JsonNode Node, string Text)> written = [.. Written(manifest.Root)];
        var modules = ManifestModules.Of(manifest.Root).Where(module => !module.IsSystem)
            .ToDictionary(module => module.Name, StringComparer.Ordinal);
        var routes = new List<RouteText>();
        foreach ((_, string path, JsonNode node, string text) in written)
        {
            if (RouteText.Parse(text, out string problem) is not { } route)
            {
                yield return new Finding(Severity.Error, "route-grammar", path, manifest.Origins.Of(node), Shown.Short(text),
                    $"edgeHub cannot read the route: {problem}",
                    "Correct it, e.g. FROM /messages/modules/sensor/outputs/readings INTO BrokeredEndpoint(\"/modules/telemetry/inputs/readings\").");
                continue;
            }

            routes.Add(route);
            foreach (Finding finding in Ends(manifest, modules, path, node, text, route))
            {
                yield return finding;
            }
        }

        HashSet<string> sent = [.. modules.Values.Select(Described).OfType<ModuleDescription>()
            .SelectMany(description => description.Outputs)];
        HashSet<string> taken = [.. modules.Values.Select(Described).OfType<ModuleDescription>()
            .SelectMany(description => description.Inputs)];
        foreach (ModuleDeclaration module in modules.Values)
        {
            foreach (Finding finding in Unreachable(manifest, module, routes, sent, taken))
            {
                yield return finding;
            }
        }
    }

    /// <summary>The routes of a manifest that can be read, with their names.</summary>
    public static IEnumerable<(string Name, RouteText Route)> Readable(JsonObject root) =>
        from written in Written(root)
        let route = RouteText.Parse(written.Text, out _)
        where route is not null
        select (written.Name, route);

    private static IEnumerable<Finding> Ends(
        Manifest manifest, Dictionary<string, ModuleDeclaration> modules, string path, JsonNode node, string text, RouteText route)
    {
        Origin? origin = manifest.Origins.Of(node);
        if (route.FromModule is { } from)
        {
            if (!modules.TryGetValue(from, out ModuleDeclaration? sender))
            {
                yield return new Finding(Severity.Error, "route-source", path, origin, Shown.Short(text),
                    $"there is no module '{from}' whose messages it could take.",
                    $"Use one of {Names(modules)}, or take the route out.");
            }
            else if (Described(sender) is { } description && route.FromOutput is { } output && !description.Outputs.Contains(output))
            {
                yield return new Finding(Severity.Error, "route-output", path, origin, Shown.Short(text),
                    $"{description.Name} never sends to an output '{output}'.",
                    $"Its outputs are {string.Join(", ", description.Outputs)}.");
            }
        }

        if (route.IntoModule is { } into)
        {
            if (!modules.TryGetValue(into, out ModuleDeclaration? receiver))
            {
                yield return new Finding(Severity.Error, "route-sink", path, origin, Shown.Short(text),
                    $"there is no module '{into}': what it takes waits until its time to live is over, and is then lost.",
                        $"Use one of {Names(modules)}, or take the route out.");
            }
            else if (Described(receiver) is { } description && !description.Inputs.Contains(route.IntoInput!))
            {
                yield return new Finding(Severity.Error, "route-input", path, origin, Shown.Short(text),
                    $"{description.Name} has no input '{route.IntoInput}': messages to it are never acknowledged.",
                    description.Inputs.Length > 0 ? $"Its inputs are {string.Join(", ", description.Inputs)}."
                        : "It has none; take the route out.");
            }

            if (route.FromModule == into || (route.FromModule is null && route.Condition is null))
            {
                yield return new Finding(Severity.Warning, "route-loop", path, origin, Shown.Short(text),
                    $"'{into}' gets its own messages back.",
                    "Name the sending module and its output.");
            }
        }
    }

    private static IEnumerable<Finding> Unreachable(Manifest manifest, ModuleDeclaration module, List<RouteText> routes,
        HashSet<string> sent, HashSet<string> taken)
    {
        if (Described(module) is not { } description)
        {
            yield break;
        }

        Origin? origin = manifest.Origins.Of(module.Declaration);
        foreach (string output in description.Outputs.Where(output => !routes.Any(route => route.Takes(module.Name, output))))
        {
            // What neighbours say is for sensors, and a device without any needs no route for it.
            Severity severity = output == ToSensors && !taken.Contains(output) ? Severity.Note : Severity.Warning;
            yield return new Finding(severity, "unrouted-output", module.Path, origin, "",
                $"no route takes what it sends to '{output}': edgeHub drops it (no_route).",
                $"Add a route FROM /messages/modules/{module.Name}/outputs/{output} INTO ….");
        }

        foreach (string input in description.Inputs.Where(input =>
            !routes.Any(route => route.IntoModule == module.Name && route.IntoInput == input)))
        {
            // A device without sensors has nobody who sends readings, and needs nobody.
            yield return new Finding(sent.Contains(input) ? Severity.Warning : Severity.Note, "unreached-input", module.Path,
                origin, "", $"no route leads to its input '{input}': it waits for nothing.",
                $"Add a route … INTO BrokeredEndpoint(\"/modules/{module.Name}/inputs/{input}\").");
        }
    }

    private static ModuleDescription? Described(ModuleDeclaration module) => module.Image is { } image
        ? ModuleDescription.OfImage(image) : null;

    private static string Names(Dictionary<string, ModuleDeclaration> modules) => modules.Count == 0 ? "the modules that you add"
        : string.Join(", ", modules.Keys);

    private static IEnumerable<(string Name, string Path, JsonNode Node, string Text)> Written(JsonObject root)
    {
        if (ManifestModules.Desired(root, Manifest.Hub).At("routes") is not JsonObject routes)
        {
            yield break;
        }

        string path = JsonPath.Child(ManifestModules.DesiredPath(Manifest.Hub), "routes");
        foreach ((string name, JsonNode? value) in routes)
        {
            JsonNode? text = value is JsonObject ? value["route"] : value;
            if (text is JsonValue said && said.TryGetValue(out string? route))
            {
                yield return (name, JsonPath.Child(path, name), value!, route);
            }
        }
    }
}
