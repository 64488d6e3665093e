using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Configuration;

namespace EdgeDePin.Node;

/// <summary>
/// The configuration of a module: its file, then the desired properties of its twin, then the environment, then its arguments;
/// later ones win. A list in the twin replaces the list in the file as a whole.
/// </summary>
public sealed class LiveConfiguration
{
    private readonly string[] _arguments;
    private readonly string[] _sections;
    private readonly JsonObject _file;

    /// <param name="arguments"><c>--config FILE</c>, and any <c>--Section:Key value</c>.</param>
    /// <param name="sections">What the twin may change.</param>
    /// <exception cref="OptionsException">The file is not there, or is no JSON.</exception>
    public LiveConfiguration(string[] arguments, params string[] sections)
    {
        (_arguments, _sections) = (arguments, sections);
        string? file = new ConfigurationBuilder().AddCommandLine(arguments).Build()["config"];
        _file = file is null ? [] : Read(file);
    }

    /// <summary>The configuration with these desired properties, and as one JSON object for display.</summary>
    /// <exception cref="OptionsException">A section that the twin may not change, or keys that differ by case only.</exception>
    public (IConfiguration Configuration, JsonObject Json) With(JsonObject desired)
    {
        string? stranger = desired.Select(pair => pair.Key).FirstOrDefault(name => !_sections.Contains(name, StringComparer.Ordinal));
        if (stranger is not null)
        {
            throw new OptionsException($"'{stranger}' is no section that the twin of this module can change: {string.Join(", ", _sections)}.");
        }

        if (Twice(desired, "") is { } twice)
        {
            throw new OptionsException($"'{twice}' stands twice in the desired properties: names that differ by case only are the same; leave one out.");
        }

        var merged = (JsonObject)_file.DeepClone();
        MergePatch.Apply(merged, desired);
        try
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(merged.ToJsonString()));
            return (new ConfigurationBuilder().AddJsonStream(json).AddEnvironmentVariables("EDGEDEPIN_").AddCommandLine(_arguments).Build(), merged);
        }
        catch (FormatException error)
        {
            throw new OptionsException(error.Message, error);
        }
    }

    /// <summary>The path of a name that an object has twice, whatever the case; null when there is none.</summary>
    private static string? Twice(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } repeated
            ? path + repeated.Key
            : members.Select(pair => Twice(pair.Value, $"{path}{pair.Key}:")).FirstOrDefault(found => found is not null),
        JsonArray items => items.Select((item, at) => Twice(item, $"{path}{at}:")).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static JsonObject Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new OptionsException($"Configuration file '{file}' does not exist: check the path after --config.");
        }

        try
        {
            var lenient = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            return JsonNode.Parse(File.ReadAllText(file), documentOptions: lenient) as JsonObject ?? throw new OptionsException($"{file} is no JSON object.");
        }
        catch (JsonException error)
        {
            throw new OptionsException($"{file} is no JSON: {error.Message}", error);
        }
    }
}
