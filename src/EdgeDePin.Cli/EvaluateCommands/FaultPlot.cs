using System.Globalization;
using System.Security;
using System.Text;
using EdgeDePin.Analytics.Faults;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>A picture of sensors: hourly means as a line, fault scores as bars below it, alarms.</summary>
internal static class FaultPlot
{
    private const int Width = 1_000;
    private const int Height = 90;
    private const int Bars = 30;
    private const int Step = 165;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<WatchedSensor> sensors)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width + 20}\" height=\"{(sensors.Count * Step) + 30}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"10\" y=\"16\">blue: hourly mean; orange bars: fault score 0 to 1, red from 0.5 on</text>\n");
        for (int number = 0; number < sensors.Count; number++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(10 {(number * Step) + 34})\">\n");
            if (sensors[number].Scores.Length > 0)
            {
                Draw(svg, sensors[number]);
            }

            svg.Append("</g>\n");
        }

        File.WriteAllText(file, svg.Append("</svg>\n").ToString());
    }

    private static void Draw(StringBuilder svg, WatchedSensor sensor)
    {
        (DateTimeOffset At, double Score, double Mean)[] hours = [.. sensor.Scores.OrderBy(score => score.At)];
        double low = hours.Min(hour => hour.Mean), high = hours.Max(hour => hour.Mean), span = high > low ? high - low : 1;
        double all = Math.Max(1, (hours[^1].At - hours[0].At).TotalHours + 1);
        double X(DateTimeOffset at) => (at - hours[0].At).TotalHours / all * Width;
        svg.Append("<path stroke=\"#3b6ea5\" fill=\"none\" d=\"");
        DateTimeOffset before = DateTimeOffset.MinValue;
        foreach ((DateTimeOffset at, _, double mean) in hours)
        {
            // A gap stays a gap.
            svg.Append(at - before > TimeSpan.FromHours(1.5) ? 'M' : 'L');
            svg.Append(CultureInfo.InvariantCulture, $"{X(at):0.#} {Height - ((mean - low) / span * Height):0.#}");
            before = at;
        }

        svg.Append("\"/>\n");
        foreach ((DateTimeOffset at, double score, _) in hours.Where(hour => hour.Score > 0))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{X(at):0.#}\" y=\"{Height + 5 + (Bars * (1 - score)):0.#}\" width=\"{Math.Max(0.5, Width / all):0.##}\" height=\"{Bars * score:0.#}\" fill=\"{(score >= FaultWatch.Alarm ? "#c0392b" : "#e6a15c")}\"/>\n");
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"0\" y=\"{Height + Bars + 18}\">{SecurityElement.Escape(sensor.Sensor)} ({low:0.##} to {high:0.##}), {hours[0].At:yyyy-MM-dd HH:mm} to {hours[^1].At:yyyy-MM-dd HH:mm}, {sensor.Alarms.Length} alarms</text>\n");
    }
}
