using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>
/// Fills <c>${NAME}</c> and <c>$NAME</c> (capitals) in the texts of a template, as the IoT Edge tools do, but strictly: a name that nobody
/// has given a value is an error, not an empty text. <c>$upstream</c>, <c>$body</c> and <c>$edgeHub</c> are no variables.
/// </summary>
public static partial class Variables
{
    /// <summary>Fills every text of <paramref name="manifest"/> in place.</summary>
    /// <param name="manifest">The merged template.</param>
    /// <param name="values">By name; a name such as <c>MODULES.sensor</c> is one too.</param>
    /// <exception cref="DeploymentException">Names without a value: each with file, line and path.</exception>
    public static void Fill(Manifest manifest, IReadOnlyDictionary<string, string> values)
    {
        var missing = new Dictionary<string, string>(StringComparer.Ordinal); // name → the first place that wants it
        FillBelow(manifest.Root, JsonPath.Root);
        if (missing.Count > 0)
        {
            string others = string.Join(", ", missing.Keys.Skip(1));
            throw new DeploymentException($"{missing.Values.First()}{(others.Length > 0 ? $"; neither have {others}" : "")}. Write NAME=VALUE into the .env file, or give --set NAME=VALUE.");
        }

        void FillBelow(JsonNode? node, string path)
        {
            switch (node)
            {
                case JsonObject whole:
                    foreach ((string name, JsonNode? part) in whole.ToList())
                    {
                        string child = JsonPath.Child(path, name);
                        if (Filled(part, child) is { } text)
                        {
                            whole[name] = text;
                        }
                        else
                        {
                            FillBelow(part, child);
                        }
                    }

                    break;
                case JsonArray list:
                    for (int i = 0; i < list.Count; i++)
                    {
                        string child = JsonPath.Child(path, i);
                        if (Filled(list[i], child) is { } text)
                        {
                            list[i] = text;
                        }
                        else
                        {
                            FillBelow(list[i], child);
                        }
                    }

                    break;
            }
        }

        void Miss(string name, Origin? origin, string path)
        {
            // The images of our modules follow from the registry.
            name = name.StartsWith("MODULES.", StringComparison.Ordinal) && !values.ContainsKey("REGISTRY") ? "REGISTRY" : name;
            missing.TryAdd(name, $"{origin} {path}: {name} has no value");
        }

        JsonNode? Filled(JsonNode? node, string path)
        {
            if (node is not JsonValue value || !value.TryGetValue(out string? text) || !text.Contains('$', StringComparison.Ordinal))
            {
                return null;
            }

            Origin? origin = manifest.Origins.Of(node);
            string filled = Replace(text, values, name => Miss(name, origin, path));
            if (filled == text)
            {
                return null;
            }

            JsonNode replaced = JsonValue.Create(filled);
            if (origin is not null)
            {
                manifest.Origins.Set(replaced, origin);
            }

            return replaced;
        }
    }

    /// <summary>The text with its variables filled; <paramref name="missing"/> hears of each that has no value, which stays as it is.</summary>
    internal static string Replace(string text, IReadOnlyDictionary<string, string> values, Action<string> missing) =>
        Reference().Replace(text, match =>
        {
            string name = match.Groups["braced"].Success ? match.Groups["braced"].Value : match.Groups["bare"].Value;
            if (values.TryGetValue(name, out string? value))
            {
                return value;
            }

            missing(name);
            return match.Value;
        });

    [GeneratedRegex(@"\$\{(?<braced>[A-Za-z_][A-Za-z0-9_.-]*)\}|\$(?<bare>[A-Z_][A-Z0-9_]*)\b")]
    private static partial Regex Reference();
}
