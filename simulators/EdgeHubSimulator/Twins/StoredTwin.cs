using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator.Twins;

/// <summary>The twin of one module as the hub keeps it.</summary>
internal sealed class StoredTwin
{
    private const string AppliedName = "applied";

    public JsonObject Desired { get; private set; } = [];

    public long DesiredVersion { get; private set; } = 1;

    public JsonObject Reported { get; private set; } = [];

    public long ReportedVersion { get; private set; } = 1;

    /// <summary>The desired properties of the manifest that were applied last; changes made since are the operator's.</summary>
    public JsonObject? Applied { get; private set; }

    /// <exception cref="FormatException">Not a twin as <see cref="ToFile"/> writes it.</exception>
    public static StoredTwin FromFile(JsonObject file)
    {
        TwinProperties desired = TwinProperties.From(file["desired"] as JsonObject ?? throw new FormatException("'desired' is missing."));
        TwinProperties reported = TwinProperties.From(file["reported"] as JsonObject ?? throw new FormatException("'reported' is missing."));
        return new StoredTwin
        {
            Desired = desired.Values,
            DesiredVersion = desired.Version,
            Reported = reported.Values,
            ReportedVersion = reported.Version,
            Applied = file[AppliedName] as JsonObject,
        };
    }

    public JsonObject ToFile()
    {
        JsonObject file = ToWire();
        file[AppliedName] = Applied?.DeepClone();
        return file;
    }

    /// <summary>As a module gets it: both halves with their versions.</summary>
    public JsonObject ToWire() => new()
    {
        ["desired"] = WithVersion(Desired, DesiredVersion),
        ["reported"] = WithVersion(Reported, ReportedVersion),
    };

    /// <summary>Merges, and returns what modules are to be sent.</summary>
    public JsonObject PatchDesired(JsonObject patch)
    {
        MergePatch.Apply(Desired, patch);
        return WithVersion(patch, ++DesiredVersion);
    }

    /// <summary>Makes the manifest's properties those of the module, unless they have been applied before. Null if so.</summary>
    public JsonObject? Apply(JsonObject desired)
    {
        if (Applied is not null && JsonNode.DeepEquals(Applied, desired))
        {
            return null;
        }

        Applied = (JsonObject)desired.DeepClone();
        JsonObject patch = Difference(Desired, desired);
        Desired = (JsonObject)desired.DeepClone();
        return WithVersion(patch, ++DesiredVersion);
    }

    public long PatchReported(JsonObject patch)
    {
        MergePatch.Apply(Reported, patch);
        return ++ReportedVersion;
    }

    // A merge patch cannot say "replace this object"; what is not in the new one is deleted by name.
    private static JsonObject Difference(JsonObject before, JsonObject after)
    {
        var patch = (JsonObject)after.DeepClone();
        foreach ((string name, JsonNode? old) in before)
        {
            if (!after.ContainsKey(name))
            {
                patch[name] = null;
            }
            else if (old is JsonObject inner && after[name] is JsonObject next)
            {
                patch[name] = Difference(inner, next);
            }
        }

        return patch;
    }

    private static JsonObject WithVersion(JsonObject properties, long version)
    {
        var stated = (JsonObject)properties.DeepClone();
        stated[TwinProperties.VersionName] = version;
        return stated;
    }
}
