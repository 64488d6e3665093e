using System.Text.RegularExpressions;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>The tables of docs/telemetry-schema.md.</summary>
internal sealed partial class SchemaPage
{
    private static readonly string[] Common = ["node", "site"];

    private readonly List<(string Measurement, bool IsTag, string Name, string Type, bool Always)> _rows = [];
    private readonly List<Regex> _derived = [];

    public static SchemaPage Read()
    {
        var page = new SchemaPage();
        string measurement = "";
        foreach (string line in File.ReadLines(Path.Combine(SharedData.Repository, "docs", "telemetry-schema.md")))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                measurement = heading.Groups[1].Value;
            }
            else if (Row().Match(line) is { Success: true } row && measurement.Length > 0)
            {
                page._rows.Add((measurement, row.Groups[1].Value == "tag", row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value == "always"));
            }
            else if (measurement == "derived" && line.StartsWith("| `", StringComparison.Ordinal))
            {
                page._derived.AddRange(Name().Matches(line.Split('|')[1]).Select(name => new Regex($"^{name.Groups[1].Value.Replace("Q", "[a-z0-9_]+", StringComparison.Ordinal)}$")));
            }
        }

        return page;
    }

    public bool Has(string measurement) => _rows.Any(row => row.Measurement == measurement);

    public bool HasField(string field) => _rows.Any(row => !row.IsTag && row.Name == field);

    public bool KnowsDerived(string name) => _derived.Any(pattern => pattern.IsMatch(name));

    /// <summary>What a store holds and the page does not say, and what it always has and this store has not.</summary>
    public IEnumerable<string> Differences(
        IReadOnlyList<(string Measurement, string Key, string Type)> fields, IReadOnlyList<(string Measurement, string Key, string Type)> tags)
    {
        foreach ((string measurement, string key, string type) in fields)
        {
            if (!_rows.Any(row => !row.IsTag && row.Measurement == measurement && row.Name == key && row.Type == type))
            {
                yield return $"The store has field {measurement}.{key} of type {type}; the page has not.";
            }
        }

        foreach ((string measurement, string key, _) in tags)
        {
            if (!Common.Contains(key) && !_rows.Any(row => row.IsTag && row.Measurement == measurement && row.Name == key))
            {
                yield return $"The store has tag {measurement}.{key}; the page has not.";
            }
        }

        foreach ((string measurement, bool isTag, string name, _, _) in _rows.Where(row => row.Always))
        {
            if (!(isTag ? tags : fields).Any(one => one.Measurement == measurement && one.Key == name))
            {
                yield return $"The page says that {measurement}.{name} is always there; the store has it not.";
            }
        }
    }

    [GeneratedRegex("^## `(\\w+)`")]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| (tag|field) \\| `(\\w+)` \\| (\\w+) \\| (always|sometimes) \\|")]
    private static partial Regex Row();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();
}
