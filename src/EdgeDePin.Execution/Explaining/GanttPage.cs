using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeDePin.Execution.Explaining;

/// <summary>A run as one HTML file without a script: a lane per row, a bar per execution, the executed path framed.</summary>
public static class GanttPage
{
    private const int Width = 1400;
    private const int RowHeight = 26;
    private const int LabelWidth = 140;

    /// <summary>Above this many tasks neighbours of one pixel are drawn as one bar.</summary>
    private const int MaxBars = 20_000;

    private static readonly string[] Colours = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#9c755f", "#bab0ac", "#ff9da7"];

    public static string Of(Explanation explanation, string title)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        ExecutedRun run = explanation.Run;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{{WebUtility.HtmlEncode(title)}}</title>
            <style>body{font:14px system-ui,sans-serif;margin:1.5em;color:#222;background:#fff}svg{max-width:100%;height:auto}
            text{font:11px system-ui,sans-serif;fill:#333}.p{stroke:#000;stroke-width:1.5}.t{stroke:#0003}pre{background:#f5f5f5;padding:1em;overflow:auto}</style></head>
            <body><h1>{{WebUtility.HtmlEncode(title)}}</h1>

            """);
        Chart(page, explanation, run);
        page.Append(CultureInfo.InvariantCulture, $"\n<pre>{WebUtility.HtmlEncode(explanation.ToText())}</pre>\n</body></html>\n");
        return page.ToString();
    }

    private static void Chart(StringBuilder page, Explanation explanation, ExecutedRun run)
    {
        string[] kinds = [.. Enumerable.Range(0, run.Tasks).Select(run.KindOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        HashSet<int> path = [.. explanation.Path.Executed.Select(step => step.Task)];
        int height = (run.Lanes.Length * RowHeight) + 40;
        page.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {LabelWidth + Width + 20} {height}\" role=\"img\" aria-label=\"Timeline of the run\">\n");
        double perNanosecond = run.Makespan == 0 ? 0 : (double)Width / run.Makespan;
        int[][] lanes = run.ByLane();
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            int y = 10 + (lane * RowHeight);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y + 15}\">{WebUtility.HtmlEncode(run.Lanes[lane])}</text>\n");
            double drawn = double.MinValue;
            foreach (int task in lanes[lane])
            {
                double x = LabelWidth + (run.Start[task] * perNanosecond);
                double width = Math.Max(0.5, (run.End[task] - run.Start[task]) * perNanosecond);
                if (run.Tasks > MaxBars && x + width < drawn + 1 && !path.Contains(task))
                {
                    continue;
                }

                drawn = x + width;
                string colour = Colours[Array.BinarySearch(kinds, run.KindOf(task), StringComparer.Ordinal) % Colours.Length];
                page.Append(CultureInfo.InvariantCulture,
                    $"<rect x=\"{x:0.##}\" y=\"{y}\" width=\"{width:0.##}\" height=\"{RowHeight - 6}\" fill=\"{colour}\"{(path.Contains(task) ? " class=\"p\"" : "")}><title>{WebUtility.HtmlEncode(Tip(explanation, task))}</title></rect>\n");
            }
        }

        long step = Step(run.Makespan);
        for (long tick = 0; tick <= run.Makespan; tick += step)
        {
            double x = LabelWidth + (tick * perNanosecond);
            string anchor = x > Width + LabelWidth - 40 ? "end" : "start";
            page.Append(CultureInfo.InvariantCulture,
                $"<path class=\"t\" d=\"M{x:0.##} 6V{height - 20}\"/><text x=\"{x:0.##}\" y=\"{height - 8}\" text-anchor=\"{anchor}\">{Explanation.Seconds(tick)}</text>\n");
        }

        page.Append("</svg>\n<p><b>&#9645;</b> on the executed path ");
        for (int kind = 0; kind < Math.Min(kinds.Length, 40); kind++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<span style=\"color:{Colours[kind % Colours.Length]}\">&#9632;</span> {WebUtility.HtmlEncode(kinds[kind])} ");
        }

        page.Append("</p>");
    }

    /// <returns>A round length, of which four to ten make the whole.</returns>
    private static long Step(long whole)
    {
        long step = 1;
        for (int next = 0; whole / step >= 10; next++)
        {
            step = (next % 3) switch { 0 => step * 2, 1 => step / 2 * 5, _ => step * 2 };
        }

        return step;
    }

    private static string Tip(Explanation explanation, int task)
    {
        ExecutedRun run = explanation.Run;
        return $"{run.NameOf(task)} ({run.KindOf(task)}): ran {Explanation.Seconds(run.End[task] - run.Start[task])} from {Explanation.Seconds(run.Start[task])}, "
            + $"waited {Explanation.Seconds(run.Start[task] - run.Ready[task])}, slack {Explanation.Seconds(explanation.Path.Slack[task])}, drag {Explanation.Seconds(explanation.Path.Drag[task])}";
    }
}
