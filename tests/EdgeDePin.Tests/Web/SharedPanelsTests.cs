using System.Text.Json;
using EdgeDePin.Web.Explore;
using EdgeDePin.Web.Query;

namespace EdgeDePin.Tests.Web;

/// <summary>The page and the dashboards for Grafana ask with one text, which stands in deployment/dashboards.</summary>
public sealed class SharedPanelsTests
{
    private const long Day = 86_400_000;

    public static TheoryData<string, string> Shared =>
    [
        ("weather", "temperature"), ("weather", "humidity"), ("weather", "pressure"), ("air", "pm2_5"), ("air", "pm10"),
        ("grid", "voltage"), ("grid", "current"), ("grid", "power"),
    ];

    [Theory]
    [MemberData(nameof(Shared))]
    public void A_course_of_means_is_asked_with_the_text_of_the_dashboard(string measurement, string field)
    {
        string[] texts = [.. Directory.EnumerateFiles(Path.Combine(SharedData.Repository, "deployment", "dashboards", "grafana", "dashboards"), "*.json").SelectMany(Texts)];
        string text = SharedPanels.Mean(measurement, field)!.Text;
        Assert.Contains(text, texts);

        StoreInMemory store = new();
        store.With(measurement, "sensor=a", [field], [60, 17.0], [0, 10.0]);
        ExploreView view = ExploreView.Read(new StoreReader(store.Source, TimeProvider.System), DayInMinutes(measurement));

        long until = StoreInMemory.Noon.AddSeconds(60).ToUnixTimeMilliseconds();
        string sent = text.Replace("$timeFilter", $"time >= {until - Day}ms and time <= {until}ms", StringComparison.Ordinal)
            .Replace("$__interval", "60000ms", StringComparison.Ordinal).Replace("$node", StoreInMemory.Node, StringComparison.Ordinal);
        Assert.Contains(sent, store.Asked);
        Assert.Equal(sent, view.Charts.Single(chart => chart.Id == field).Query);
    }

    [Fact]
    public void Pressure_is_not_divided_twice()
    {
        StoreInMemory store = new();
        store.With("weather", "sensor=a", ["pressure"], [0, 1013.25]);
        ExploreView view = ExploreView.Read(new StoreReader(store.Source, TimeProvider.System), DayInMinutes("weather"));
        Assert.Equal(1013.25, view.Charts.Single(chart => chart.Id == "pressure").Lines[0].Points[0][1]!.Value, 1e-6);
    }

    // As a browser asks that has been given means of a minute before.
    private static ExploreRequest DayInMinutes(string measurement) => ExploreRequest.Of(measurement, "24h", "0", "60000", "90000");

    private static IEnumerable<string> Texts(string file)
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("query").GetString()!)];
    }
}
