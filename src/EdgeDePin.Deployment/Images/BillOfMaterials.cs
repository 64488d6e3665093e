using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Images;

/// <summary>
/// What is in an image, as CycloneDX 1.5 JSON: the NuGet packages that the build resolved, with their hashes and who needs whom, the .NET
/// runtime, and the Debian packages of the base. The same parts give the same bytes.
/// </summary>
public static class BillOfMaterials
{
    private const int MaxBytes = 64 << 20;

    private static readonly string[] ShippedKinds = ["runtime", "native", "runtimeTargets"];

    /// <param name="name">Of the image.</param>
    /// <param name="version">Of the image.</param>
    /// <param name="assetsFile">The build's <c>project.assets.json</c>.</param>
    /// <param name="runtime">Such as <c>linux-arm64</c>.</param>
    /// <param name="packagesFile">Lines <c>name version architecture</c>; null if the base is not ours.</param>
    /// <exception cref="DeploymentException">A file is missing or of another kind.</exception>
    public static byte[] Of(string name, string version, string assetsFile, string runtime, string? packagesFile)
    {
        List<Part> parts = [.. NuGet(assetsFile, runtime), .. packagesFile is null ? [] : Debian(packagesFile)];
        string own = $"pkg:oci/{name}@{version}";
        var components = new JsonArray([.. parts.Select(part => (JsonNode)Component(part))]);
        var dependencies = new JsonArray([.. parts.Select(part => (JsonNode)Depends(part.Reference, part.Needs.Where(need => parts.Exists(other => other.Reference == need)))),
            Depends(own, parts.Where(part => !parts.Exists(other => other.Needs.Contains(part.Reference))).Select(part => part.Reference))]);
        var bill = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.5",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject { ["type"] = "container", ["bom-ref"] = own, ["name"] = name, ["version"] = version },
            },
            ["components"] = components,
            ["dependencies"] = dependencies,
        };
        // RFC 9562 §5.8: an id of one's own making; here it follows from the contents.
        byte[] id = SHA256.HashData(Encoding.UTF8.GetBytes(bill.ToJsonString()))[..16];
        id[6] = (byte)(id[6] & 0x0F | 0x80);
        id[8] = (byte)(id[8] & 0x3F | 0x80);
        bill["serialNumber"] = $"urn:uuid:{new Guid(id, bigEndian: true)}";
        return Encoding.UTF8.GetBytes(bill.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n");
    }

    private static IEnumerable<Part> NuGet(string file, string runtime)
    {
        JsonNode root = Parse(file);
        JsonObject targets = root["targets"] as JsonObject ?? throw new DeploymentException($"{file} is no project.assets.json: it has no targets.");
        JsonObject target = targets.FirstOrDefault(one => one.Key.EndsWith($"/{runtime}", StringComparison.Ordinal)).Value as JsonObject
            ?? throw new DeploymentException($"{file} was not resolved for {runtime} but for {string.Join(", ", targets.Select(one => one.Key))}: restore or publish with -r {runtime} first.");
        var versions = target.ToDictionary(library => library.Key.Split('/')[0], library => library.Key.Split('/')[1], StringComparer.OrdinalIgnoreCase);
        foreach ((string key, JsonNode? library) in target.Where(library => library.Value?["type"]?.ToString() == "package" && Ships(library.Value)))
        {
            string[] id = key.Split('/');
            byte[]? hash = root["libraries"]?[key]?["sha512"]?.ToString() is { } sha ? Convert.FromBase64String(sha) : null;
            IEnumerable<string> needs = (library!["dependencies"] as JsonObject ?? []).Where(need => versions.ContainsKey(need.Key))
                .Select(need => NuGetReference(target.First(other => other.Key.StartsWith($"{need.Key}/", StringComparison.OrdinalIgnoreCase)).Key.Split('/')[0], versions[need.Key]));
            yield return new Part(id[0], id[1], NuGetReference(id[0], id[1]), hash, [.. needs]);
        }

        // The runtime itself is downloaded, not referenced.
        foreach (JsonNode? pack in (root["project"]?["frameworks"] as JsonObject ?? []).SelectMany(framework => framework.Value?["downloadDependencies"] as JsonArray ?? []))
        {
            string name = pack!["name"]!.ToString(), version = pack["version"]!.ToString().Trim('[', ']').Split(',')[0];
            if (name.EndsWith($".Runtime.{runtime}", StringComparison.OrdinalIgnoreCase))
            {
                yield return new Part(name, version, NuGetReference(name, version), null, []);
            }
        }
    }

    private static IEnumerable<Part> Debian(string file)
    {
        foreach (string line in File.ReadLines(file).Where(line => line.Length > 0))
        {
            string[] parts = line.Split(' ');
            yield return parts.Length == 3
                ? new Part(parts[0], parts[1], $"pkg:deb/debian/{Uri.EscapeDataString(parts[0])}@{Uri.EscapeDataString(parts[1])}?arch={parts[2]}&distro=debian-12", null, [])
                : throw new DeploymentException($"{file}: '{line}' is no line 'name version architecture'.");
        }
    }

    // Analysers and build tools leave nothing in the output.
    private static bool Ships(JsonNode? library) => ShippedKinds.Any(kind => library?[kind] is JsonObject files && files.Any(file => !file.Key.EndsWith("/_._", StringComparison.Ordinal)));

    private static string NuGetReference(string name, string version) => $"pkg:nuget/{name}@{version}";

    private static JsonObject Component(Part part)
    {
        var component = new JsonObject { ["type"] = "library", ["bom-ref"] = part.Reference, ["name"] = part.Name, ["version"] = part.Version, ["purl"] = part.Reference };
        if (part.Hash is { } hash)
        {
            component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(hash) });
        }

        return component;
    }

    private static JsonObject Depends(string reference, IEnumerable<string> on) =>
        new() { ["ref"] = reference, ["dependsOn"] = new JsonArray([.. on.Distinct(StringComparer.Ordinal).Select(need => (JsonNode)need)]) };

    private static JsonNode Parse(string file)
    {
        try
        {
            var info = new FileInfo(file);
            return !info.Exists ? throw new DeploymentException($"There is no file {file}: publish first.")
                : info.Length > MaxBytes ? throw new DeploymentException($"{file} is too large for a project.assets.json.")
                : JsonNode.Parse(File.ReadAllBytes(file)) ?? throw new DeploymentException($"{file} is empty.");
        }
        catch (JsonException error)
        {
            throw new DeploymentException($"{file}:{(error.LineNumber ?? 0) + 1}: this is no JSON.", error);
        }
    }

    private sealed record Part(string Name, string Version, string Reference, byte[]? Hash, ImmutableArray<string> Needs);
}
