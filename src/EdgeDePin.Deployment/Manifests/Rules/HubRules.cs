using System.Globalization;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Will edgeAgent and edgeHub take their settings, and does what waits for a module stay within bounds?</summary>
internal static class HubRules
{
    private const long DefaultCleanupSeconds = 1_800;
    private const long DefaultTtlSeconds = 7_200;

    private static readonly (string Module, int Minor)[] NewestVersions = [(Manifest.Agent, 1), (Manifest.Hub, 3)];

    public static IEnumerable<Finding> Check(Manifest manifest) =>
        Versions(manifest).Concat(TimesToLive(manifest)).Concat(Limits(manifest)).Concat(SmallDevice(manifest));

    // edgeAgent and edgeHub compare the major version and warn about a newer minor one.
    private static IEnumerable<Finding> Versions(Manifest manifest)
    {
        foreach ((string module, int newest) in NewestVersions)
        {
            if (Text(ManifestModules.Desired(manifest.Root, module).At("schemaVersion")) is not { } text)
            {
                continue;
            }

            string path = JsonPath.Child(ManifestModules.DesiredPath(module), "schemaVersion");
            Origin? origin = manifest.Origins.Of(ManifestModules.Desired(manifest.Root, module)!["schemaVersion"]);
            string[] parts = text.Split('.');
            bool readable = parts.Length is 2 or 3 && parts.All(part =>
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
            if (!readable || parts[0] != "1")
            {
                yield return new Finding(Severity.Error, "schema-version", path, origin, $"'{text}'",
                    $"{module} takes versions 1.x only.", $"Write 1.{newest}.");
            }
            else if (int.Parse(parts[1], CultureInfo.InvariantCulture) > newest)
            {
                yield return new Finding(Severity.Warning, "schema-version", path, origin, $"'{text}'",
                    $"{module} knows versions up to 1.{newest} and ignores what is newer.", $"Write 1.{newest}.");
            }
            else if (module == Manifest.Hub && parts[1] == "0" && Routes(manifest)
                .Any(route => route.Value is JsonObject whole && whole.Count > 1))
            {
                yield return new Finding(Severity.Error, "schema-version", path, origin, $"'{text}'",
                    "priority and timeToLiveSecs of a route need version 1.1.", "Write 1.1.");
            }
        }
    }

    private static IEnumerable<Finding> TimesToLive(Manifest manifest)
    {
        long cleanup = ManifestModules.Of(manifest.Root).FirstOrDefault(module => module.IsSystem && module.Name == "edgeHub")
            ?.Variable("MessageCleanupIntervalSecs") is { } set
                && long.TryParse(set, NumberStyles.None, CultureInfo.InvariantCulture, out long said) ? said : DefaultCleanupSeconds;
        string hub = ManifestModules.DesiredPath(Manifest.Hub);
        JsonNode? global = ManifestModules.Desired(manifest.Root, Manifest.Hub).At("storeAndForwardConfiguration").At("timeToLiveSecs");
        if (Number(global) is < 0)
        {
            yield return new Finding(Severity.Warning, "ttl-forever", $"{hub}.storeAndForwardConfiguration.timeToLiveSecs",
                manifest.Origins.Of(global), global!.ToJsonString(),
                "a negative time is for ever, and edgeHub's store on disk has no limit: a module that is away fills the card.",
                    "Write a time in seconds, such as 604800 for a week.");
        }

        if (Number(global) is >= 0 and var seconds && seconds < cleanup)
        {
            yield return Short($"{hub}.storeAndForwardConfiguration.timeToLiveSecs", global!, seconds);
        }

        foreach ((string path, JsonNode? route) in Routes(manifest))
        {
            JsonNode? own = (route as JsonObject).At("timeToLiveSecs");
            if (Number(own) is > 0 and var time && time < cleanup)
            {
                yield return Short(JsonPath.Child(path, "timeToLiveSecs"), own!, time);
            }
        }

        Finding Short(string path, JsonNode node, long ttl) =>
            new(Severity.Warning, "ttl-below-cleanup", path, manifest.Origins.Of(node), $"{ttl}",
            $"edgeHub removes what has expired only every {cleanup} s (MessageCleanupIntervalSecs), so this time has no effect on the disk.",
            $"Write at least {cleanup}, or set edgeHub's MessageCleanupIntervalSecs to {Math.Max(60, ttl)}.");
    }

    private static IEnumerable<Finding> Limits(Manifest manifest)
    {
        if (ManifestModules.Desired(manifest.Root, Manifest.Hub) is not { } desired
            || ManifestModules.Of(manifest.Root).FirstOrDefault(module => module.IsSystem && module.Name == "edgeHub") is not { } edgeHub)
        {
            yield break;
        }

        bool onDisk = !string.Equals(edgeHub.Variable("UsePersistentStorage"), "false", StringComparison.OrdinalIgnoreCase);
        JsonNode? limit = desired["storeAndForwardConfiguration"].At("storeLimits").At("maxSizeBytes");
        string path = $"{ManifestModules.DesiredPath(Manifest.Hub)}.storeAndForwardConfiguration.storeLimits";
        if (onDisk && limit is not null)
        {
            yield return new Finding(Severity.Warning, "store-limit-unused", path, manifest.Origins.Of(limit), limit.ToJsonString(),
                "edgeHub heeds this limit only for its store in memory; on disk there is none.",
                    "Set UsePersistentStorage to false, or take the limit out and keep times to live short.");
        }
        else if (!onDisk && limit is null)
        {
            yield return new Finding(Severity.Error, "store-limit-missing", path, manifest.Origins.Of(desired), "",
                "edgeHub keeps messages in memory without a limit: a module that is away for long ends edgeHub.",
                    "Add \"storeLimits\": {\"maxSizeBytes\": 67108864}, or set UsePersistentStorage to true.");
        }
        else if (onDisk && !Mounted(edgeHub))
        {
            yield return new Finding(Severity.Warning, "store-not-mounted", edgeHub.Path, manifest.Origins.Of(edgeHub.Declaration), "",
                "edgeHub's store is inside its container, so messages that wait are lost when the container is made anew.",
                    "Bind a volume and name it in storageFolder.");
        }

        if (onDisk && (Number(desired["storeAndForwardConfiguration"].At("timeToLiveSecs")) ?? DefaultTtlSeconds) > 30L * 86_400)
        {
            yield return new Finding(Severity.Warning, "ttl-long",
                $"{ManifestModules.DesiredPath(Manifest.Hub)}.storeAndForwardConfiguration.timeToLiveSecs",
                manifest.Origins.Of(desired), "", "edgeHub's store on disk has no limit but time, and this is more than a month.",
                    "Let the telemetry module keep what is old: its store has a quota. A week is enough here.");
        }
    }

    // Microsoft, "Prepare to deploy your IoT Edge solution in production": small devices.
    private static IEnumerable<Finding> SmallDevice(Manifest manifest)
    {
        ModuleDeclaration? edgeHub = ManifestModules.Of(manifest.Root)
            .FirstOrDefault(module => module.IsSystem && module.Name == "edgeHub");
        if (edgeHub is not null && !string.Equals(edgeHub.Variable("OptimizeForPerformance"), "false", StringComparison.OrdinalIgnoreCase))
        {
            yield return new Finding(Severity.Warning, "hub-memory", JsonPath.Child(edgeHub.Path, "env"),
                manifest.Origins.Of(edgeHub.Declaration), "",
                "edgeHub reserves memory for speed, more than a small device has.", "Set OptimizeForPerformance to false.");
        }

        foreach (ModuleDeclaration system in ManifestModules.Of(manifest.Root).Where(module => module.IsSystem))
        {
            string? tag = system.Image?.Tag;
            Origin? origin = manifest.Origins.Of(system.Settings);
            if (system.Name == "edgeHub" && tag is "1.6.0" or "1.6.1")
            {
                yield return new Finding(Severity.Warning, "hub-connack", JsonPath.Child(system.Path, "settings"), origin, tag,
                    "this version may lose a client's CONNECT and then never answers (Azure/iotedge pull request 7539).",
                        "Take a later 1.6.");
            }
            else if (tag is not null && OutOfService(tag))
            {
                yield return new Finding(Severity.Warning, "runtime-out-of-service", JsonPath.Child(system.Path, "settings"), origin, tag,
                    "this version of the runtime gets no fixes any more (1.5 ended on 10 November 2026).", "Take 1.6.");
            }
        }
    }

    private static bool OutOfService(string tag) =>
        tag.StartsWith("1.", StringComparison.Ordinal)
            && int.TryParse(tag[2..].Split('.', '-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int minor) && minor < 6;

    private static bool Mounted(ModuleDeclaration edgeHub) =>
        edgeHub.Variable("storageFolder") is { } folder && edgeHub.Container is { } options
        && (ContainerRules.Binds(options).Any(bind => bind.Container == folder)
            || (options["HostConfig"].At("Mounts") as JsonArray ?? []).Any(mount => Text(mount.At("Target")) == folder));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Routes(Manifest manifest) =>
        (ManifestModules.Desired(manifest.Root, Manifest.Hub).At("routes") as JsonObject ?? [])
            .Select(route => KeyValuePair.Create(JsonPath.Child(JsonPath.Child(ManifestModules.DesiredPath(Manifest.Hub),
                "routes"), route.Key), route.Value));

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static long? Number(JsonNode? node) =>
        node is JsonValue && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long number) ? number : null;
}
