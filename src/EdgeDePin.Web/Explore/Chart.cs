using System.Text.Json.Nodes;

namespace EdgeDePin.Web.Explore;

/// <summary>One chart: lines that share a unit.</summary>
/// <param name="Id">Stable; the browser finds its canvas by it.</param>
/// <param name="Query">The InfluxQL whose answer the lines are.</param>
public sealed record Chart(string Id, string Title, string Unit, int Decimals, string Query, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>
    /// The options of Apache ECharts 6 without data and colours: data come in pieces, colours from the theme in the browser.
    /// </summary>
    /// <seealso href="https://echarts.apache.org/en/option.html"/>
    public JsonObject Options() => new()
    {
        // Every redraw of an open page would otherwise run an animation on a phone.
        ["animation"] = false,
        ["grid"] = new JsonObject { ["left"] = 8, ["right"] = 14, ["top"] = 30, ["bottom"] = 34, ["containLabel"] = true },
        ["legend"] = new JsonObject
        {
            ["type"] = "scroll",
            ["top"] = 0,
            ["right"] = 8,
            ["itemWidth"] = 14,
            ["itemHeight"] = 8,
            ["show"] = Lines.Count > 1,
        },
        ["tooltip"] = new JsonObject { ["trigger"] = "axis", ["confine"] = true, ["renderMode"] = "richText" },
        ["xAxis"] = new JsonObject
        {
            ["type"] = "time",
            ["axisLabel"] = new JsonObject { ["hideOverlap"] = true },
        },
        ["yAxis"] = new JsonObject
        {
            ["type"] = "value",
            ["scale"] = true,
            ["name"] = Unit,
            ["nameLocation"] = "end",
            ["splitNumber"] = 4,
            ["nameTextStyle"] = new JsonObject { ["align"] = "left" },
        },
        ["dataZoom"] = new JsonArray(
            new JsonObject { ["type"] = "inside", ["filterMode"] = "none", ["zoomOnMouseWheel"] = "ctrl" },
            new JsonObject
            {
                ["type"] = "slider",
                ["filterMode"] = "none",
                ["height"] = 14,
                ["bottom"] = 4,
                ["showDetail"] = false,
                ["brushSelect"] = false,
            }),
        ["series"] = new JsonArray([.. Lines.Select(line => new JsonObject
        {
            ["name"] = line.Name, ["type"] = "line", ["connectNulls"] = false, ["showSymbol"] = line.Points.Count < 40,
            ["symbolSize"] = 4, ["sampling"] = "lttb", ["lineStyle"] = new JsonObject { ["width"] = 1.5 },
            ["emphasis"] = new JsonObject { ["disabled"] = true },
        })]),
    };
}
