using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeHubSimulator.Routing;

namespace EdgeHubSimulator.Manifests;

/// <summary>
/// What a hub needs of an edge deployment manifest: routes, how long messages may wait, the modules, and what their twins should be.
/// Shape: <c>azure-iot-edge-deployment-2.0.json</c> of SchemaStore; names that are not for a hub are passed over.
/// </summary>
/// <param name="Modules">Name of each module to its desired properties, which may be empty.</param>
public sealed record DeploymentManifest(
    IReadOnlyDictionary<string, RouteEntry> Routes, IReadOnlyDictionary<string, JsonObject> Modules)
{
    private const string Desired = "properties.desired";

    /// <exception cref="FormatException">Not a manifest; the message names file, place and remedy.</exception>
    public static DeploymentManifest Read(string file)
    {
        try
        {
            return Parse(JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }));
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new FormatException($"{file}: {error.Message}", error);
        }
    }

    /// <exception cref="FormatException">Not a manifest; the message names the place.</exception>
    public static DeploymentManifest Parse(JsonNode? manifest)
    {
        JsonObject content = Object(manifest?["modulesContent"] ?? manifest?["content"]?["modulesContent"], "modulesContent");
        JsonObject hub = Object(content["$edgeHub"]?[Desired], $"modulesContent.$edgeHub.{Desired}");
        JsonObject agent = Object(content["$edgeAgent"]?[Desired], $"modulesContent.$edgeAgent.{Desired}");
        TimeSpan? timeToLive = Seconds(hub["storeAndForwardConfiguration"]?["timeToLiveSecs"], "storeAndForwardConfiguration.timeToLiveSecs");
        Dictionary<string, RouteEntry> routes = [];
        foreach ((string name, JsonNode? route) in Object(hub["routes"] ?? new JsonObject(), "routes"))
        {
            routes.Add(name, Route(name, route, timeToLive));
        }

        Dictionary<string, JsonObject> modules = [];
        foreach (string name in Object(agent["modules"] ?? new JsonObject(), "modules").Select(pair => pair.Key))
        {
            modules.Add(name, content[name] is null ? [] : (JsonObject)Object(content[name]![Desired] ?? new JsonObject(), $"modulesContent.{name}.{Desired}").DeepClone());
        }

        return new DeploymentManifest(routes, modules);
    }

    private static RouteEntry Route(string name, JsonNode? route, TimeSpan? timeToLive)
    {
        if (route is JsonValue text && text.TryGetValue(out string? line))
        {
            return new RouteEntry(line) { TimeToLive = timeToLive };
        }

        JsonObject entry = Object(route, $"routes.{name}");
        int priority = RouteEntry.LowestPriority;
        if (entry["priority"] is { } stated && !(stated is JsonValue number && number.TryGetValue(out priority) && priority is >= 0 and <= RouteEntry.LowestPriority))
        {
            throw new FormatException($"routes.{name}.priority is {stated.ToJsonString()}; it must be 0 (first) to {RouteEntry.LowestPriority}.");
        }

        return entry["route"] is JsonValue value && value.TryGetValue(out line)
            ? new RouteEntry(line) { Priority = priority, TimeToLive = Seconds(entry["timeToLiveSecs"], $"routes.{name}.timeToLiveSecs") ?? timeToLive }
            : throw new FormatException($"routes.{name} has no 'route': write \"FROM /messages/* INTO $upstream\" or the like.");
    }

    // Zero on a route means: as the hub's own setting; a negative number means for ever.
    private static TimeSpan? Seconds(JsonNode? value, string place) => value switch
    {
        null => null,
        JsonValue number when number.TryGetValue(out long seconds) && seconds <= uint.MaxValue => seconds == 0 ? null
            : seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds),
        _ => throw new FormatException($"{place} is {value.ToJsonString()}; it must be a number of seconds, at most {uint.MaxValue}."),
    };

    private static JsonObject Object(JsonNode? node, string place) =>
        node as JsonObject ?? throw new FormatException($"'{place}' is not there, or no object; a deployment manifest has it.");
}
