using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>
/// Reads JSON strictly, as IoT Hub does: no comments, no trailing commas, no key twice. Remembers where each value was written, so that
/// what is found wrong after merging can still be pointed at.
/// </summary>
public static class JsonSource
{
    /// <summary>Far above any manifest: a twin's desired properties end at 32 KiB.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDepth = 64;

    /// <exception cref="DeploymentException">Not readable, too large, or no JSON; file and line are named.</exception>
    public static (JsonObject Root, Origins Origins) ReadFile(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            // A pipe has no length before it is read.
            byte[] bytes = new byte[MaxBytes + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length > MaxBytes
                ? throw new DeploymentException($"{file} has more than {MaxBytes} bytes, and a manifest never has. Is it the right file?")
                : Read(file, bytes.AsSpan(0, length));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DeploymentException($"There is no file {file}: check the path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{file} cannot be read: {error.Message}", error);
        }
    }

    /// <param name="file">For messages.</param>
    /// <param name="utf8">The text.</param>
    /// <exception cref="DeploymentException">No JSON object; the line is named.</exception>
    public static (JsonObject Root, Origins Origins) Read(string file, ReadOnlySpan<byte> utf8)
    {
        utf8 = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        var origins = new Origins();
        var lines = new LineCounter(file, utf8);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            JsonNode? root = Value(ref reader, ref lines, origins, JsonPath.Root);
            reader.Read(); // Throws on anything after the value.
            return root is JsonObject document
                ? (document, origins)
                : throw new DeploymentException($"{file}:1: a manifest is a JSON object {{ … }}; this is {(root is null ? "null" : root.GetValueKind())}.");
        }
        catch (JsonException error)
        {
            // System.Text.Json counts lines from 0.
            throw new DeploymentException($"{file}:{(error.LineNumber ?? 0) + 1}: this is no JSON: {Sentence(error)}", error);
        }
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, ref LineCounter lines, Origins origins, string path)
    {
        Origin origin = lines.At(reader.TokenStartIndex);
        JsonNode? node = reader.TokenType switch
        {
            JsonTokenType.StartObject => ObjectOf(ref reader, ref lines, origins, path),
            JsonTokenType.StartArray => ArrayOf(ref reader, ref lines, origins, path),
            JsonTokenType.Null => null,
            JsonTokenType.String => JsonValue.Create(reader.GetString()),
            JsonTokenType.True => JsonValue.Create(true),
            JsonTokenType.False => JsonValue.Create(false),
            _ => JsonValue.Create(JsonElement.ParseValue(ref reader)),
        };
        if (node is not null)
        {
            origins.Set(node, origin);
        }

        return node;
    }

    private static JsonObject ObjectOf(ref Utf8JsonReader reader, ref LineCounter lines, Origins origins, string path)
    {
        var node = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            Origin origin = lines.At(reader.TokenStartIndex);
            if (node.ContainsKey(name))
            {
                throw new DeploymentException($"{origin} {JsonPath.Child(path, name)} stands here a second time: keep one of the two.");
            }

            reader.Read();
            node.Add(name, Value(ref reader, ref lines, origins, JsonPath.Child(path, name)));
        }

        return node;
    }

    private static JsonArray ArrayOf(ref Utf8JsonReader reader, ref LineCounter lines, Origins origins, string path)
    {
        var node = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            node.Add(Value(ref reader, ref lines, origins, JsonPath.Child(path, node.Count)));
        }

        return node;
    }

    private static string Sentence(JsonException error)
    {
        string text = error.Message;
        int end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end > 0 ? text[..end] : text;
    }

    // Tokens come in order, so the count of lines only moves forward.
    private ref struct LineCounter(string file, ReadOnlySpan<byte> utf8)
    {
        private readonly ReadOnlySpan<byte> _utf8 = utf8;
        private int _at;
        private int _line = 1;

        public Origin At(long index)
        {
            _line += _utf8[_at..(int)index].Count((byte)'\n');
            _at = (int)index;
            return new Origin(file, _line);
        }
    }
}
