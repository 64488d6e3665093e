using System.Text.RegularExpressions;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>A route's text, taken apart: <c>[SELECT *] FROM source [WHERE condition] INTO sink</c>. (edge-hub Route.g4)</summary>
/// <param name="FromModule">The sending module; null for any.</param>
/// <param name="FromOutput">Its output; null for any.</param>
/// <param name="IntoModule">The receiving module; null for <c>$upstream</c>.</param>
/// <param name="IntoInput">Its input; null for <c>$upstream</c>.</param>
/// <param name="Condition">Text after WHERE; null if there is none.</param>
/// <param name="FromDevices">Whether messages of devices that use this one as their gateway come in too.</param>
internal sealed partial record RouteText(
    string? FromModule, string? FromOutput, string? IntoModule, string? IntoInput, string? Condition, bool FromDevices)
{
    /// <summary>Whether what a module sends to an output takes this route, conditions aside.</summary>
    public bool Takes(string module, string output) =>
        (FromModule is null || FromModule == module) && (FromOutput is null || FromOutput == output);

    /// <summary>Null with a problem, or the route.</summary>
    public static RouteText? Parse(string text, out string problem)
    {
        Match whole = Form().Match(text);
        if (!whole.Success)
        {
            problem = "it has not the form FROM source [WHERE condition] INTO sink.";
            return null;
        }

        string source = whole.Groups["source"].Value.TrimEnd('/');
        Match from = Source().Match(source);
        if (!from.Success)
        {
            problem = $"'{source}' is no source: use /*, /messages/*, /messages/modules/*, /messages/modules/NAME/* or /messages/modules/NAME/outputs/NAME.";
            return null;
        }

        string sink = whole.Groups["sink"].Value.Trim();
        Match into = Sink().Match(sink);
        if (!into.Success)
        {
            problem = $"'{sink}' is no sink: use $upstream or BrokeredEndpoint(\"/modules/NAME/inputs/NAME\").";
            return null;
        }

        string? condition = whole.Groups["condition"].Success ? whole.Groups["condition"].Value.Trim() : null;
        if (condition is not null && RouteCondition.Problem(condition) is { } wrong)
        {
            problem = $"its condition '{Shown.Short(condition)}' is wrong: {wrong}";
            return null;
        }

        problem = "";
        return new RouteText(Named(from, "module"), Named(from, "output"), Named(into, "module"), Named(into, "input"), condition,
            FromDevices: source.Equals("/*", StringComparison.Ordinal) || source.Equals("/messages/*", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Named(Match match, string group) =>
        match.Groups[group].Success && match.Groups[group].Value != "*" ? match.Groups[group].Value : null;

    [GeneratedRegex(@"^\s*(SELECT\s+\*\s+)?FROM\s+(?<source>\S+)(\s+WHERE\s+(?<condition>.+?))?\s+INTO\s+(?<sink>\S.*?)\s*\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(/\*|/messages(/\*|/modules(/\*|/(?<module>[^/*]+)(/\*|/outputs(/(?<output>[^/]+))?)?)?|/events)?|/twinChangeNotifications(/.*)?)\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Source();

    [GeneratedRegex(@"^(\$upstream|BrokeredEndpoint\s*\(\s*""/modules/(?<module>[^/""]+)/inputs/(?<input>[^/""]+)""\s*\))\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Sink();
}
