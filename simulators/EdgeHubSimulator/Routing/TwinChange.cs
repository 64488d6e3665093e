using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeHubSimulator.Routing;

/// <summary>
/// <c>twin_change_includes(path)</c>: whether the news of a twin names a property. Truth for it: the tests of Azure/iotedge,
/// <c>TwinChangeIncludesTest.cs</c> and <c>TwinChangeJsonPathValidatorTest.cs</c>.
/// </summary>
internal static partial class TwinChange
{
    public const string Function = "twin_change_includes";

    private const string Reported = "properties.reported.";

    /// <summary>Null if that is no path of a twin.</summary>
    public static ConditionPart? Includes(string path)
    {
        if (!PathForm().IsMatch(path))
        {
            return null;
        }

        string[] whole = path.Split('.');
        // The news of this hub is the patch of the reported properties itself, without their place in the twin.
        string[]? patched = path.StartsWith(Reported, StringComparison.Ordinal) ? path[Reported.Length..].Split('.') : null;
        return new ConditionPart(ConditionKind.Bool, message => message.Json is not { } news
            ? ConditionValue.Undefined
            : ConditionValue.Of(Has(news, whole) || (patched is not null && Has(news, patched))));
    }

    private static bool Has(JsonNode? node, string[] path)
    {
        foreach (string step in path)
        {
            node = (node as JsonObject)?[step];
        }

        return node is not null;
    }

    [GeneratedRegex(@"^(properties\.(reported|desired)|tags)(\.[A-Za-z_$][A-Za-z0-9_$]*)+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PathForm();
}
