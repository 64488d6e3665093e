using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Tests.Deployment;

/// <summary>Manifests to try rules on.</summary>
internal static class Some
{
    public static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["REGISTRY"] = "registry.example.org/edgedepin",
        ["EDGE_RUNTIME"] = "1.6",
        ["SITE"] = "home",
        ["DEVICE"] = "pi-01",
        ["INFLUX_URL"] = "http://influx.example.org:8086",
        ["BROKER_HOST"] = "broker.example.org",
        ["BROKER_PORT"] = "1883",
        ["METER"] = "tcp:192.0.2.10:502",
    };

    /// <summary>A rendered manifest of our own templates.</summary>
    public static Manifest Manifest(string profile = "weather", ImagePins? pins = null)
    {
        (Manifest template, var layers) = Profile.Load(profile, folder: null);
        return Rendering.Render(template, layers, Values, pins ?? ImagePins.None);
    }

    /// <summary>A manifest that is one module away from ours.</summary>
    public static Manifest With(Action<JsonObject> change)
    {
        Manifest manifest = Manifest();
        change(manifest.Root);
        return manifest;
    }

    public static Manifest Parsed(string json, string file = "test.json")
    {
        (JsonObject root, Origins origins) = JsonSource.Read(file, Encoding.UTF8.GetBytes(json));
        return new Manifest(root, origins);
    }

    public static JsonObject Agent(JsonObject root) => ManifestModules.Desired(root, EdgeDePin.Deployment.Manifests.Manifest.Agent)!;

    public static JsonObject Hub(JsonObject root) => ManifestModules.Desired(root, EdgeDePin.Deployment.Manifests.Manifest.Hub)!;

    public static JsonObject Module(JsonObject root, string name) => (JsonObject)Agent(root)["modules"]![name]!;

    /// <summary>Changes the container options of a module, as its writer would.</summary>
    public static Manifest WithOptions(Action<JsonObject> change) => With(root =>
    {
        var settings = (JsonObject)Module(root, "weather")["settings"]!;
        JsonObject options = CreateOptions.Read(settings)!;
        change((JsonObject)options["HostConfig"]!);
        foreach (string key in settings.Select(part => part.Key).Where(key => key.StartsWith(CreateOptions.Name, StringComparison.Ordinal)).ToList())
        {
            settings.Remove(key);
        }

        settings[CreateOptions.Name] = options;
        CreateOptions.Chunk(settings, new Origins(), "test");
    });
}
