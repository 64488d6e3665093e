using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>
/// Merges a base deployment and its layers as IoT Hub does: in the order of their priorities, a layer's <c>properties.desired.a.b</c>
/// replaces just that part of a twin, and its full <c>properties.desired</c> of a module replaces that module's whole twin.
/// (Microsoft, "Understand IoT Edge automatic deployments", layered deployment.)
/// </summary>
public static class Layers
{
    private const string Prefix = Manifest.Desired + ".";

    /// <param name="baseDeployment">A whole deployment.</param>
    /// <param name="layers">In the order given; their <c>priority</c>, where they have one, sorts them, and of two equal the later
    /// wins.</param>
    /// <exception cref="DeploymentException">The base is a layer, or a layer is a whole deployment or malformed; file and line are
    /// named.</exception>
    public static Manifest Merge(Manifest baseDeployment, IReadOnlyList<Manifest> layers)
    {
        var merged = new Manifest((JsonObject)Copy(Manifest.Unwrapped(baseDeployment.Root), baseDeployment.Origins,
            out Origins origins)!, origins);
        JsonObject modules = Content(merged, baseDeployment.Root, "The base");
        if (IsLayer(modules, out string? partial))
        {
            throw new DeploymentException($"{origins.Of(modules)} the base has {partial}, which only a layer may have: give the whole {Manifest.Desired}.");
        }

        foreach (Manifest layer in layers.OrderBy(Priority))
        {
            Apply(modules, layer, origins);
        }

        return merged;
    }

    private static void Apply(JsonObject target, Manifest layer, Origins origins)
    {
        JsonObject root = Manifest.Unwrapped(layer.Root);
        JsonObject modules = Content(layer with { Root = root }, layer.Root, "A layer");
        if (modules[Manifest.Agent].At(Manifest.Desired) is JsonObject whole)
        {
            throw new DeploymentException($"{layer.Origins.Of(whole)} this is a whole deployment, and a device runs only one: as a layer, "
                + $"write '{Prefix}modules.NAME' below {Manifest.Agent} for each module that it adds.");
        }

        foreach ((string module, JsonNode? twin) in modules)
        {
            if (twin is not JsonObject parts)
            {
                throw new DeploymentException($"{layer.Origins.Of(modules)} {module} is no object: write {{ \"{Manifest.Desired}\": {{ … }} }}.");
            }

            if (target[module] is not JsonObject into)
            {
                target[module] = into = [];
            }

            foreach ((string key, JsonNode? value) in parts)
            {
                JsonNode? copy = Copy(value, layer.Origins, out Origins copied);
                origins.AddAll(copied);
                Put(into, key, copy, layer.Origins.Of(value ?? parts));
            }
        }
    }

    private static void Put(JsonObject twin, string key, JsonNode? value, Origin? origin)
    {
        if (key == Manifest.Desired)
        {
            twin[key] = value;
            return;
        }

        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new DeploymentException($"{origin} '{key}' is no part of a layer: write '{Manifest.Desired}' or '{Prefix}NAME'.");
        }

        if (twin[Manifest.Desired] is not JsonObject place)
        {
            twin[Manifest.Desired] = place = [];
        }

        string[] steps = key[Prefix.Length..].Split('.');
        if (steps.Any(step => step.Length == 0))
        {
            throw new DeploymentException($"{origin} '{key}' has an empty step: write names between single dots.");
        }

        foreach (string step in steps[..^1])
        {
            if (place[step] is not JsonObject next)
            {
                place[step] = next = [];
            }

            place = next;
        }

        place[steps[^1]] = value;
    }

    private static bool IsLayer(JsonObject modules, out string? partial)
    {
        partial = modules.Select(module => module.Value).OfType<JsonObject>()
            .SelectMany(twin => twin).Select(part => part.Key)
            .FirstOrDefault(key => key.StartsWith(Prefix, StringComparison.Ordinal));
        return partial is not null;
    }

    private static JsonObject Content(Manifest manifest, JsonObject named, string what) =>
        manifest.Root["modulesContent"] as JsonObject
        ?? throw new DeploymentException($"{manifest.Origins.Of(named)} {what} needs an object \"modulesContent\": is this a deployment manifest?");

    private static long Priority(Manifest layer) => layer.Root["priority"] switch
    {
        null => 0,
        JsonValue value when value.TryGetValue(out JsonElement number) && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt64(out long priority) && priority >= 0 => priority,
        JsonNode other => throw new DeploymentException($"{layer.Origins.Of(other)} priority is {other.ToJsonString()}: write a whole number from 0."),
    };

    private static JsonNode? Copy(JsonNode? node, Origins from, out Origins to)
    {
        to = new Origins();
        return Copy(node, from, to);
    }

    private static JsonNode? Copy(JsonNode? node, Origins from, Origins to)
    {
        JsonNode? copy = node switch
        {
            null => null,
            JsonObject whole => new JsonObject(whole.Select(part => KeyValuePair.Create(part.Key, Copy(part.Value, from, to)))),
            JsonArray list => new JsonArray([.. list.Select(item => Copy(item, from, to))]),
            _ => node.DeepClone(),
        };
        if (copy is not null && from.Of(node) is { } origin)
        {
            to.Set(copy, origin);
        }

        return copy;
    }
}
