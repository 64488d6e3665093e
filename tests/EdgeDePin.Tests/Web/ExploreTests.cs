using System.Text.Json.Nodes;
using CsCheck;
using EdgeDePin.Web;
using EdgeDePin.Web.Explore;
using EdgeDePin.Web.Query;

namespace EdgeDePin.Tests.Web;

public sealed class ExploreTests
{
    private static readonly Series Pressure = new(
        "weather", new Dictionary<string, string> { ["sensor"] = "bme280-0" }, ["time", "pressure"],
        [[0L, 101_325.0], [1000L, 101_326.0], [9000L, 101_330.0], [10_000L, null], [11_000L, null], [12_000L, 101_331.0]]);

    [Fact]
    public void A_line_has_shown_units_and_keeps_gaps()
    {
        ChartLine line = ChartLine.Of("bme280-0", Pressure, "pressure", 0.01, 2, TimeSpan.FromSeconds(4));

        Assert.Equal(
            [[0, 1013.25], [1000, 1013.26], [1001, null], [9000, 1013.3], [10_000, null], [12_000, 1013.31]], line.Points);
    }

    [Fact]
    public void A_chart_is_never_sent_more_points_than_it_can_show() =>
        Gen.Select(Gen.Double[1, 1e9], Gen.Long[2, 100_000_000]).Sample((seconds, points) =>
        {
            Resolution resolution = Resolution.For(TimeSpan.FromSeconds(seconds), points);
            double drawn = resolution.Every is { } every ? seconds / every.TotalSeconds : points;
            Assert.InRange(drawn, 0, Resolution.MostPoints);
        });

    [Fact]
    public void Raw_and_aggregated_say_so()
    {
        Assert.Equal("raw: every stored point", Resolution.For(TimeSpan.FromMinutes(15), 900).ToString());
        Assert.Equal("aggregated: mean per 5 min", Resolution.For(TimeSpan.FromHours(24), 86_400).ToString());
    }

    [Fact]
    public void Foreign_parameters_fall_back_to_the_default()
    {
        ExploreRequest request = ExploreRequest.Of("weather\"; DROP", "1 century", "-5", "x", "99999999999999999999");

        Assert.Equal(new ExploreRequest("weather", ExploreSpan.All[0], null, null), request);
    }

    [Fact]
    public void A_later_request_asks_only_for_what_may_be_new()
    {
        StoreInMemory store = new();
        store.With("air", "sensor=sds011-0", ["pm2_5", "pm10"], [0, 10.0, 17.0]);
        ExploreRequest later = ExploreRequest.Of("air", "1h", "1565783990000", "0", "4000");

        ExploreView view = ExploreView.Read(new StoreReader(store.Source, TimeProvider.System), later);

        Assert.Contains("time >= 1565783990000ms", store.Asked[^1], StringComparison.Ordinal);
        Assert.Equal(["pm2_5", "pm10"], view.Charts.Select(chart => chart.Id));
        JsonObject data = ExploreData.Of(view, later);
        Assert.False(data["whole"]!.GetValue<bool>());
        Assert.Null(data["charts"]![0]!["options"]);
        Assert.Equal(1_565_784_000_000 - 10_000, data["since"]!.GetValue<long>());
    }

    [Fact]
    public void Options_name_the_unit_and_never_join_gaps()
    {
        ChartLine line = ChartLine.Of("bme280-0", Pressure, "pressure", 0.01, 2, TimeSpan.Zero);
        JsonObject options = new Chart("pressure", "Pressure", "hPa", 1, "SELECT", [line]).Options();

        Assert.Equal("hPa", options["yAxis"]!["name"]!.GetValue<string>());
        Assert.Equal("time", options["xAxis"]!["type"]!.GetValue<string>());
        Assert.False(options["series"]![0]!["connectNulls"]!.GetValue<bool>());
    }
}
