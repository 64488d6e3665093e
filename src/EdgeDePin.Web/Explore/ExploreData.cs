using System.Text.Json.Nodes;

namespace EdgeDePin.Web.Explore;

/// <summary>The charts as they travel to the browser: options once, then only the points that may be new.</summary>
internal static class ExploreData
{
    /// <summary>Sensors do not speak at the same instant, and a point may arrive this much after a newer one.</summary>
    private const double LateMilliseconds = 10_000;

    public static JsonObject Of(ExploreView view, ExploreRequest request)
    {
        JsonObject data = new()
        {
            ["every"] = (long)(view.Resolution.Every?.TotalMilliseconds ?? 0),
            ["gap"] = (long)view.Resolution.Gap.TotalMilliseconds,
            ["whole"] = request.Since is null,
            ["replaced"] = (request.Since ?? view.From)?.ToUnixTimeMilliseconds(),
            ["from"] = request.Span.Length is null ? null : view.From?.ToUnixTimeMilliseconds(),
            ["since"] = Since(view),
        };
        data["charts"] = new JsonArray([.. view.Charts.Select(chart => new JsonObject
        {
            ["id"] = chart.Id,
            ["unit"] = chart.Unit,
            ["decimals"] = chart.Decimals,
            ["options"] = request.Since is null ? chart.Options() : null,
            ["lines"] = new JsonArray([.. chart.Lines.Select(line => new JsonObject
            {
                ["name"] = line.Name,
                ["points"] = new JsonArray([.. line.Points.Select(point => new JsonArray(point[0], point[1]))]),
            })]),
        })]);
        return data;
    }

    /// <summary>From where the browser shall ask next: everything from there on is sent again and replaces what it has.</summary>
    private static long? Since(ExploreView view)
    {
        if (view.Until is not { } until)
        {
            return null;
        }

        long newest = until.ToUnixTimeMilliseconds();
        return view.Resolution.Every is { } every
            // The newest bucket is still filling; buckets start at multiples of their width since the epoch.
            ? newest - newest % (long)every.TotalMilliseconds
            : newest - (long)Math.Max(LateMilliseconds, view.Resolution.Gap.TotalMilliseconds);
    }
}
