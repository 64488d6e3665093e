using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeHubSimulator.Security;

namespace EdgeHubSimulator.Twins;

/// <summary>The twins of a device's modules, one JSON file each; in memory where there is no folder. Safe for concurrent use.</summary>
internal sealed class TwinStore
{
    /// <summary>IoT Hub's limit for each half of a twin.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>IoT Hub's limit for nesting.</summary>
    public const int MaxDepth = 10;

    private readonly string? _folder;
    private readonly ConcurrentDictionary<string, Lazy<StoredTwin>> _twins = new(StringComparer.Ordinal);

    /// <param name="folder">Null to keep twins in memory.</param>
    public TwinStore(string? folder)
    {
        _folder = folder;
        if (folder is not null)
        {
            PrivateFile.MakeFolder(folder);
        }
    }

    /// <summary>The twin as its module gets it.</summary>
    public JsonObject Read(string module) => With(module, twin => twin.ToWire());

    /// <summary>Merges into the desired properties; returns what the module is to be sent.</summary>
    /// <exception cref="FormatException">The result would be larger or deeper than a twin may be.</exception>
    public JsonObject PatchDesired(string module, JsonObject patch) =>
        With(module, twin => Saved(module, twin, () => twin.PatchDesired(Checked(twin.Desired, patch))));

    /// <summary>Makes the desired properties of a manifest those of the module; null if they were applied before.</summary>
    public JsonObject? Apply(string module, JsonObject desired) =>
        With(module, twin => Saved(module, twin, () => twin.Apply(Checked([], desired))));

    /// <summary>Merges into the reported properties; returns their new version.</summary>
    /// <exception cref="FormatException">The result would be larger or deeper than a twin may be.</exception>
    public long PatchReported(string module, JsonObject patch) =>
        With(module, twin => Saved(module, twin, () => twin.PatchReported(Checked(twin.Reported, patch))));

    private T With<T>(string module, Func<StoredTwin, T> use)
    {
        StoredTwin twin = _twins.GetOrAdd(module, name => new Lazy<StoredTwin>(() => Load(name))).Value;
        lock (twin)
        {
            return use(twin);
        }
    }

    private T Saved<T>(string module, StoredTwin twin, Func<T> change)
    {
        T result = change();
        if (_folder is not null && result is not null)
        {
            PrivateFile.Write(FileOf(module), twin.ToFile().ToJsonString());
        }

        return result;
    }

    private static JsonObject Checked(JsonObject present, JsonObject patch)
    {
        var result = (JsonObject)present.DeepClone();
        EdgeDePin.EdgeHub.MergePatch.Apply(result, patch);
        int bytes = Encoding.UTF8.GetByteCount(result.ToJsonString());
        if (bytes > MaxBytes || Depth(result) > MaxDepth)
        {
            throw new FormatException($"The properties would have {bytes} bytes in {Depth(result)} levels; a twin takes {MaxBytes} bytes in {MaxDepth} levels.");
        }

        return patch;
    }

    private static int Depth(JsonNode? node) => node switch
    {
        JsonObject values => 1 + values.Select(pair => Depth(pair.Value)).DefaultIfEmpty(0).Max(),
        JsonArray items => 1 + items.Select(Depth).DefaultIfEmpty(0).Max(),
        _ => 0,
    };

    private StoredTwin Load(string module)
    {
        if (_folder is null || !File.Exists(FileOf(module)))
        {
            return new StoredTwin();
        }

        try
        {
            return StoredTwin.FromFile(JsonNode.Parse(File.ReadAllText(FileOf(module))) as JsonObject ?? []);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new InvalidDataException($"{FileOf(module)} is no twin ({error.Message}): restore it, or delete it and send the properties again.", error);
        }
    }

    // Names of modules may hold characters that are none of a file's.
    private string FileOf(string module) => Path.Combine(_folder!, Uri.EscapeDataString(module) + ".json");
}
