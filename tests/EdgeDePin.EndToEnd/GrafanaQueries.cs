using System.Text.Json;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>The queries of the dashboards as Grafana would send them: its macros and variables replaced.</summary>
internal static class GrafanaQueries
{
    private static readonly string Folder = Path.Combine(SharedData.Repository, "deployment", "dashboards", "grafana", "dashboards");

    public static IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal)];

    /// <summary>Each panel's queries, and those of the variables, by "file: panel".</summary>
    /// <param name="from">Begin of the time that the dashboard shows.</param>
    /// <param name="nodes">What stands for <c>$node</c>: <c>.*</c> for all, <c>(a|b)</c> for two that were picked.</param>
    public static IEnumerable<(string Panel, string Query)> All(DateTimeOffset from, DateTimeOffset until, string nodes)
    {
        foreach (string file in Files)
        {
            using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(file));
            string name = Path.GetFileNameWithoutExtension(file);
            foreach (JsonElement variable in dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray())
            {
                yield return ($"{name}: ${variable.GetProperty("name")}", variable.GetProperty("query").GetString()!);
            }

            foreach (JsonElement panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
            {
                foreach (JsonElement target in panel.GetProperty("targets").EnumerateArray())
                {
                    yield return (
                        $"{name}: {panel.GetProperty("title")} {target.GetProperty("refId")}",
                        Replaced(target.GetProperty("query").GetString()!, from, until, nodes));
                }
            }
        }
    }

    // Grafana writes the time as milliseconds, with "and" in lower case (pkg/tsdb/influxdb/models/query.go).
    private static string Replaced(string query, DateTimeOffset from, DateTimeOffset until, string nodes) => query
        .Replace("$timeFilter", $"time >= {from.ToUnixTimeMilliseconds()}ms and time <= {until.ToUnixTimeMilliseconds()}ms", StringComparison.Ordinal)
        .Replace("$__interval", "10s", StringComparison.Ordinal)
        .Replace("$node", nodes, StringComparison.Ordinal);
}
