using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeDePin.Web.Query;

/// <summary>
/// Queries of the dashboards in <c>deployment/dashboards/grafana</c>, which are compiled into this assembly: what is drawn
/// here and in Grafana is asked with one text, and it is written there.
/// </summary>
internal static partial class SharedPanels
{
    private const string Folder = "dashboards/";

    private static readonly FrozenDictionary<(string Measurement, string Field), SharedPanel> Means = Texts()
        .Select(text => (Text: text, Match: MeanByTime().Match(text))).Where(one => one.Match.Success)
        .ToFrozenDictionary(
            one => (one.Match.Groups["measurement"].Value, one.Match.Groups["field"].Value),
            one => new SharedPanel(one.Text, one.Match.Groups["divisor"] is { Success: true } divisor
                ? double.Parse(divisor.Value, CultureInfo.InvariantCulture) : 1));

    /// <summary>The course of a field as means of intervals, by sensor; null where no dashboard shows it.</summary>
    public static SharedPanel? Mean(string measurement, string field) => Means.GetValueOrDefault((measurement, field));

    private static IEnumerable<string> Texts()
    {
        Assembly assembly = typeof(SharedPanels).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            using JsonDocument dashboard = JsonDocument.Parse(stream);
            foreach (JsonElement target in dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()))
            {
                yield return target.GetProperty("query").GetString()!;
            }
        }
    }

    [GeneratedRegex("""^SELECT mean\("(?<field>\w+)"\)( / (?<divisor>[0-9]+))? AS "\k<field>" FROM "(?<measurement>\w+)" WHERE \$timeFilter AND "node" =~ /\^\$node\$/ GROUP BY time\(\$__interval\), "node", "sensor" fill\(none\)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex MeanByTime();
}
