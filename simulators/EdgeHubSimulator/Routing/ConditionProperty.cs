using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeHubSimulator.Routing;

/// <summary>Values that a condition takes from a message.</summary>
internal static partial class ConditionProperty
{
    /// <summary>A property of the application: a text, null if it has no value, undefined if it is not there.</summary>
    public static ConditionPart Application(string name) => new(
        ConditionKind.Text,
        message => message.TryApplication(name, out string? value) ? ConditionValue.Of(value) : ConditionValue.Undefined);

    /// <summary>
    /// A system property, or a value of the body. Without braces an application property whose very name begins with the <c>$</c> goes
    /// first. Null if it is a path into the body that cannot be read.
    /// </summary>
    public static ConditionPart? System(string name, bool braced)
    {
        bool body = name.Equals("body", StringComparison.OrdinalIgnoreCase) || name.StartsWith("body.", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("body[", StringComparison.OrdinalIgnoreCase);
        object[]? path = body ? Path(name[4..]) : [];
        return path is null || (!body && name.Contains('[', StringComparison.Ordinal)) ? null : new ConditionPart(
            body ? ConditionKind.Any : ConditionKind.Text,
            message => !braced && message.TryApplication("$" + name, out string? value) ? ConditionValue.Of(value)
                : body ? OfBody(message.Json, path)
                : message.TrySystem(name, out value) ? ConditionValue.Of(value)
                : ConditionValue.Undefined);
    }

    private static ConditionValue OfBody(JsonNode? node, object[] path)
    {
        foreach (object step in path)
        {
            node = (node, step) switch
            {
                (JsonObject values, string name) => values[name],
                (JsonArray items, int index) when index < items.Count => items[index],
                _ => null,
            };
            if (node is null)
            {
                // A value that is not there and one that is null are the same to edgeHub's JSON library.
                return ConditionValue.Null;
            }
        }

        return node is JsonValue value ? Of(value) : ConditionValue.Undefined;
    }

    private static ConditionValue Of(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => ConditionValue.Of(true),
        JsonValueKind.False => ConditionValue.Of(false),
        JsonValueKind.Number => ConditionValue.Of(value.GetValue<double>()),
        // edgeHub's JSON library turns such texts into dates, and dates are no values of its conditions.
        JsonValueKind.String when value.GetValue<string>() is { } text => IsoDate().IsMatch(text) ? ConditionValue.Undefined : ConditionValue.Of(text),
        _ => ConditionValue.Undefined,
    };

    // .name and [number], nothing else; null if there is something else.
    private static object[]? Path(string text)
    {
        Match match = PathForm().Match(text);
        return match.Success
            ? [.. match.Groups["step"].Captures.Select(step => step.Value[0] == '['
                ? int.Parse(step.Value.AsSpan(1, step.Value.Length - 2))
                : (object)step.Value[1..])]
            : null;
    }

    [GeneratedRegex(@"^(?<step>\.[A-Za-z_$][A-Za-z0-9_$]*|\[[0-9]{1,6}\])*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PathForm();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex IsoDate();
}
