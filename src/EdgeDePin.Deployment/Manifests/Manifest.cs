using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>A deployment manifest as text would hold it, with the place of each value.</summary>
/// <param name="Root">The object with <c>modulesContent</c>.</param>
/// <param name="Origins">Where its values were written.</param>
public sealed record Manifest(JsonObject Root, Origins Origins)
{
    /// <summary>The name of the property that holds a module's desired twin, as IoT Hub writes it.</summary>
    public const string Desired = "properties.desired";

    public const string Agent = "$edgeAgent";
    public const string Hub = "$edgeHub";

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        // IoT Hub and people read the file; nothing puts it into a web page, so quotes need no \u escapes.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a manifest in any of the three shapes that the Azure tools take.</summary>
    /// <exception cref="DeploymentException">See <see cref="JsonSource.ReadFile"/>.</exception>
    public static Manifest ReadFile(string file)
    {
        (JsonObject root, Origins origins) = JsonSource.ReadFile(file);
        return new Manifest(Unwrapped(root), origins);
    }

    /// <summary>The manifest inside <c>{"content": …}</c>, which is how IoT Hub stores a deployment and <c>az iot edge</c> takes one.</summary>
    public static JsonObject Unwrapped(JsonObject root) => root["content"] is JsonObject content ? content : root;

    /// <summary>The text of the manifest, UTF-8, ending with a line feed.</summary>
    public byte[] ToUtf8()
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Layout))
        {
            Root.WriteTo(writer);
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }
}
