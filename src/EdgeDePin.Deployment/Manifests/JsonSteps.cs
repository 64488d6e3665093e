using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>Steps into JSON of unknown form: a step into something that is no object leads nowhere, and the rules of form report it.</summary>
internal static class JsonSteps
{
    public static JsonNode? At(this JsonNode? node, string name) => node is JsonObject whole ? whole[name] : null;
}
