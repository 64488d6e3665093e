using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Reports;

/// <summary>All rows of an area, with what is needed to compare them with another run.</summary>
internal sealed record AreaReport(string Area, string Commit, string Machine, Effort Effort, IReadOnlyList<Row> Rows)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        // Read by programs and people, never by a browser.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// <c>{area, commit, machine, effort, rows: [{name, what, value, missing, unit, goal, goalIs, met, anchor, anchorValue, anchorMissing, anchors}]}</c>;
    /// <c>goalIs</c> is <c>atLeast</c> or <c>atMost</c>, <c>anchors</c> lists all that were measured beside ours.
    /// </summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Area,
            Commit,
            Machine,
            Effort = Effort.ToString().ToLowerInvariant(),
            Rows = Rows.Select(row => new
            {
                row.Name,
                row.What,
                Value = Rounded(row.Value),
                row.Missing,
                row.Unit,
                Goal = row.Goal?.Limit,
                GoalIs = row.Goal is null ? null : row.Goal.IsMost ? "atMost" : "atLeast",
                row.Met,
                Anchor = row.Anchor?.Name,
                AnchorValue = Rounded(row.Anchor?.Value),
                AnchorMissing = row.Anchor?.Missing,
                Anchors = row.Anchors.Select(anchor => new { anchor.Name, Value = Rounded(anchor.Value), anchor.Missing }),
            }),
        },
        Format);

    // Four digits are more than a second run would repeat.
    private static double? Rounded(double? value) =>
        value is not { } number || number == 0 ? value : Math.Round(number, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(number))), 0, 15));
}
