using System.Globalization;
using EdgeDePin.Web;

namespace EdgeDePin.Tests.Web;

/// <summary>Answers by measurement, whatever else the query says: enough where a test puts in what shall come out.</summary>
internal sealed class StoreInMemory
{
    public const string Node = "abcdefghijklmnopqrstuvwxyz";

    public static readonly DateTimeOffset Noon = new(2019, 8, 14, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, List<Series>> _answers = new(StringComparer.Ordinal);

    public List<string> Asked { get; } = [];

    public DashboardSource Source => new("garden", Node, Query) { Name = "anna" };

    /// <param name="measurement">What FROM names.</param>
    /// <param name="tags">As <c>key=value</c>, separated by commas.</param>
    /// <param name="columns">Without time.</param>
    /// <param name="rows">Seconds after noon, then the values.</param>
    public StoreInMemory With(string measurement, string tags, string[] columns, params object?[][] rows)
    {
        Dictionary<string, string> pairs = tags.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (!_answers.TryGetValue(measurement, out List<Series>? series))
        {
            _answers[measurement] = series = [];
        }

        series.Add(new Series(measurement, pairs, ["time", .. columns], [.. rows.Select(row => (object?[])
            [Noon.AddSeconds(Convert.ToDouble(row[0], CultureInfo.InvariantCulture)), .. row.Skip(1)])]));
        return this;
    }

    private IReadOnlyList<Series> Query(string influxQl)
    {
        Asked.Add(influxQl);
        string measurement = influxQl.Split(" FROM ")[1].Split('"')[1];
        return _answers.TryGetValue(measurement, out List<Series>? series) ? series : [];
    }
}
