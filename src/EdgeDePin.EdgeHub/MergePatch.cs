using System.Text.Json.Nodes;

namespace EdgeDePin.EdgeHub;

/// <summary>JSON merge patches (RFC 7396), as twins use them: objects merge, <c>null</c> deletes, anything else replaces.</summary>
public static class MergePatch
{
    /// <summary>Changes the target. Names that begin with <c>$</c> at the top are the hub's and are left alone.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(patch);
        foreach ((string name, JsonNode? value) in patch)
        {
            if (name.StartsWith('$'))
            {
                continue;
            }

            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject inner when target[name] is JsonObject existing:
                    Apply(existing, inner);
                    break;
                case JsonObject inner:
                    // A patch into nothing: the nulls in it delete nothing and must not stay.
                    var made = new JsonObject();
                    Apply(made, inner);
                    target[name] = made;
                    break;
                default:
                    target[name] = value.DeepClone();
                    break;
            }
        }
    }
}
