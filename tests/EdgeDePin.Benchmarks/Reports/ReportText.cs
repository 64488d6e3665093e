using System.Globalization;
using System.Text;

namespace EdgeDePin.Benchmarks.Reports;

/// <summary>A report for people: as columns on a terminal, or as the Markdown page that is committed.</summary>
internal static class ReportText
{
    public static string Of(AreaReport report)
    {
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"{report.Area} at {report.Commit} on {report.Machine}");
        int names = report.Rows.Max(row => row.Name.Length), values = report.Rows.Max(row => Value(row).Length), goals = report.Rows.Max(row => Goal(row).Length);
        foreach (Row row in report.Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{row.Name.PadRight(names)}  {Value(row).PadLeft(values)}  {Goal(row).PadRight(goals)}  {Met(row),-6}  {Anchors(row, "; ")}");
        }

        return text.ToString().TrimEnd();
    }

    public static string Markdown(AreaReport report)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            # Figures: {report.Area}

            Made by `edgedepin bench {report.Area} --out docs/benchmarks/{report.Area}.md` at commit {report.Commit} on {report.Machine}.
            Medians; anchors ran on the same machine in turns with ours. Compare ratios, not absolutes.

            | row | what | value | goal | met | anchors |
            |---|---|---|---|---|---|

            """);
        foreach (Row row in report.Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| `{row.Name}` | {row.What} | {Value(row)} | {Goal(row)} | {Met(row)} | {Anchors(row, "<br>")} |");
        }

        return text.ToString();
    }

    private static string Value(Row row) => row.Value is { } value ? $"{Number(value)} {row.Unit}" : $"not measured: {row.Missing}";

    private static string Goal(Row row) => row.Goal is null ? "-" : $"{(row.Goal.IsMost ? "at most" : "at least")} {Number(row.Goal.Limit)}{(row.Goal.AndAtMost is { } most ? $", at most {Number(most)}" : "")}";

    private static string Met(Row row) => row.Value is null ? "-" : row.Met switch { true => "met", false => "missed", null => "-" };

    private static string Anchors(Row row, string separator) => row.Anchors.Count == 0 ? "-"
        : string.Join(separator, row.Anchors.Select(anchor => $"{anchor.Name} {(anchor.Value is { } value ? Number(value) : $"not measured: {anchor.Missing}")}"));

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 1_000 ? "N0" : Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
