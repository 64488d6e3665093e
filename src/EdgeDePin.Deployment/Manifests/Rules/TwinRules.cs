using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Do the twins fit into IoT Hub? (Microsoft, "Understand and use device twins in IoT Hub", size and format.)</summary>
internal static class TwinRules
{
    private const int MaxDesiredBytes = 32 * 1024;
    private const int MaxTextBytes = 4 * 1024;
    private const int MaxKeyBytes = 1024;
    private const int MaxDepth = 10;
    private const int MaxModules = 50;

    public static IEnumerable<Finding> Check(Manifest manifest)
    {
        if (manifest.Root["modulesContent"] is not JsonObject contents)
        {
            yield break;
        }

        int modules = ManifestModules.Of(manifest.Root).Count();
        if (modules > MaxModules)
        {
            yield return new Finding(Severity.Error, "too-many-modules", JsonPath.Root, null, $"{modules} modules",
                $"IoT Hub gives a device at most {MaxModules} module identities.", "Split the work over two devices.");
        }

        foreach ((string module, JsonNode? twin) in contents)
        {
            if (twin is JsonObject && twin[Manifest.Desired] is JsonObject desired)
            {
                string path = ManifestModules.DesiredPath(module);
                int size = Size(desired);
                if (size > MaxDesiredBytes)
                {
                    yield return new Finding(Severity.Error, "twin-size", path, manifest.Origins.Of(desired), $"{size} bytes",
                        $"IoT Hub takes at most {MaxDesiredBytes} bytes of desired properties.", "Move large settings into a file of the image, or shorten container options.");
                }

                foreach (Finding finding in Walk(manifest, desired, path, depth: 1))
                {
                    yield return finding;
                }
            }
        }
    }

    private static IEnumerable<Finding> Walk(Manifest manifest, JsonObject whole, string path, int depth)
    {
        foreach ((string name, JsonNode? value) in whole)
        {
            string child = JsonPath.Child(path, name);
            Origin? origin = manifest.Origins.Of(value ?? whole);
            if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MaxKeyBytes || name.Any(letter => char.IsControl(letter) || letter is '.' or '$' or ' '))
            {
                yield return new Finding(Severity.Error, "twin-key", child, origin, "",
                    "IoT Hub takes keys of 1 to 1024 bytes without control characters, '.', '$' and space.", "Rename the key.");
            }

            if (value is JsonObject below)
            {
                if (depth >= MaxDepth)
                {
                    yield return new Finding(Severity.Error, "twin-depth", child, origin, "",
                        string.Create(CultureInfo.InvariantCulture, $"IoT Hub takes twins of at most {MaxDepth} levels."), "Flatten the settings.");
                }
                else
                {
                    foreach (Finding finding in Walk(manifest, below, child, depth + 1))
                    {
                        yield return finding;
                    }
                }
            }
            else if (value is JsonValue text && text.TryGetValue(out string? said) && Encoding.UTF8.GetByteCount(said) > MaxTextBytes)
            {
                yield return new Finding(Severity.Error, "twin-text", child, origin, $"{Encoding.UTF8.GetByteCount(said)} bytes",
                    $"IoT Hub takes texts of at most {MaxTextBytes} bytes.", "Shorten it; 'manifest render' cuts container options into chunks by itself.");
            }
        }
    }

    // Keys and texts count their UTF-8 characters, numbers 8, Booleans 4.
    private static int Size(JsonNode? node) => node switch
    {
        JsonObject whole => whole.Sum(part => Encoding.UTF8.GetByteCount(part.Key) + Size(part.Value)),
        JsonArray list => list.Sum(Size),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => Encoding.UTF8.GetByteCount(value.GetValue<string>()),
            JsonValueKind.Number => 8,
            _ => 4,
        },
        _ => 0,
    };
}
