using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>
/// A module's container options in a manifest: JSON as text, cut into chunks of at most 512 characters under <c>createOptions</c>,
/// <c>createOptions01</c> … <c>createOptions99</c>. (edgeAgent: TwinValueMaxSize 512, TwinValueMaxChunks 100.)
/// </summary>
public static class CreateOptions
{
    public const int ChunkLength = 512;
    public const int MaxChunks = 100;
    public const string Name = "createOptions";

    /// <summary>Replaces an object under <c>createOptions</c> by its text, in chunks.</summary>
    /// <param name="settings">A module's <c>settings</c>.</param>
    /// <param name="origins">Gets the origin of each chunk.</param>
    /// <param name="where">For the message.</param>
    /// <exception cref="DeploymentException">Longer than 100 chunks.</exception>
    public static void Chunk(JsonObject settings, Origins origins, string where)
    {
        if (settings[Name] is not JsonNode options || (options is JsonValue value && !TooLong(value)))
        {
            return;
        }

        Origin? origin = origins.Of(options);
        string text = options is JsonValue already && already.TryGetValue(out string? said) ? said : options.ToJsonString();
        List<string> chunks = Cut(text);
        if (chunks.Count > MaxChunks)
        {
            throw new DeploymentException($"{origin} {where}: the container options have {text.Length} characters; edgeAgent reads at most {MaxChunks * ChunkLength}.");
        }

        for (int i = 0; i < chunks.Count; i++)
        {
            JsonNode chunk = JsonValue.Create(chunks[i]);
            if (origin is not null)
            {
                origins.Set(chunk, origin);
            }

            settings[Key(i)] = chunk;
        }
    }

    /// <summary>The text of the options, put together from its chunks, the first without a number. Null if there are none.</summary>
    /// <param name="settings">A module's <c>settings</c>.</param>
    /// <param name="problem">Null, or what is wrong with the chunks.</param>
    public static string? Text(JsonObject settings, out string? problem)
    {
        problem = null;
        var text = new StringBuilder();
        bool any = false;
        for (int i = 0; i < MaxChunks && settings[Key(i)] is JsonNode chunk; i++)
        {
            any = true;
            text.Append(chunk is JsonValue value && value.TryGetValue(out string? part) ? part : chunk.ToJsonString());
        }

        int numbered = settings.Count(part => part.Key.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        int read = Enumerable.Range(0, MaxChunks).TakeWhile(i => settings[Key(i)] is not null).Count();
        if (numbered > read)
        {
            problem = $"edgeAgent reads {Name}, {Name}01, {Name}02 … until one is missing: {numbered - read} of the {numbered} parts would be ignored.";
        }

        return any ? text.ToString() : null;
    }

    /// <summary>The options as an object; null if there are none or their text is none.</summary>
    public static JsonObject? Read(JsonObject settings)
    {
        try
        {
            return Text(settings, out _) is { Length: > 0 } text ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null; // A rule of its own reports it.
        }
    }

    internal static string Key(int chunk) => chunk == 0 ? Name : $"{Name}{chunk.ToString("00", CultureInfo.InvariantCulture)}";

    private static bool TooLong(JsonValue value) => value.TryGetValue(out string? text) && text.Length > ChunkLength;

    private static List<string> Cut(string text)
    {
        var chunks = new List<string>();
        for (int at = 0; at < text.Length;)
        {
            int length = Math.Min(ChunkLength, text.Length - at);
            if (at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]))
            {
                length--; // Both halves of a character belong to one text, or neither side is Unicode.
            }

            chunks.Add(text.Substring(at, length));
            at += length;
        }

        return chunks.Count == 0 ? [""] : chunks;
    }
}
