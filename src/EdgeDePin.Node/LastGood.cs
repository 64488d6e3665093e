using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Node;

/// <summary>
/// The desired properties that a module last ran with, in its data folder: after a reboot without its hub it goes on with them.
/// </summary>
public sealed class LastGood(string folder, string module)
{
    private readonly string _file = Path.Combine(folder, $"desired-{module}.json");

    /// <summary>Null if there are none, or none that can be read.</summary>
    public TwinProperties? Read()
    {
        try
        {
            return File.Exists(_file) && JsonNode.Parse(File.ReadAllText(_file)) is JsonObject kept ? TwinProperties.From(kept) : null;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all, whenever the power goes. Options may hold passwords, so only the owner may read it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Write(TwinProperties desired)
    {
        Directory.CreateDirectory(folder);
        var kept = (JsonObject)desired.Values.DeepClone();
        kept[TwinProperties.VersionName] = desired.Version;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(_file + ".new", options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(kept.ToJsonString()));
            file.Flush(flushToDisk: true);
        }

        File.Move(_file + ".new", _file, overwrite: true);
    }
}
