using System.Globalization;
using System.Security;
using System.Text;
using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>A picture of labelled series: values as a band between the lowest and the highest of each column, windows, detections.</summary>
internal static class AnomalyPlot
{
    private const int Width = 1_000;
    private const int Height = 90;
    private const int Step = 120;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string file, IReadOnlyList<Detections> all)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width + 20}\" height=\"{(all.Count * Step) + 30}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"10\" y=\"16\">blue: lowest to highest value; orange: labelled window; red: detection; grey: probation, not scored</text>\n");
        for (int number = 0; number < all.Count; number++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(10 {(number * Step) + 34})\">\n");
            Draw(svg, all[number]);
            svg.Append("</g>\n");
        }

        File.WriteAllText(file, svg.Append("</svg>\n").ToString());
    }

    private static void Draw(StringBuilder svg, Detections one)
    {
        NabSeries series = one.Series;
        int rows = series.Values.Length;
        double low = rows == 0 ? 0 : series.Values.Min(), high = rows == 0 ? 1 : series.Values.Max(), span = high > low ? high - low : 1;
        double X(int row) => row * (double)Width / Math.Max(1, rows);
        double Y(double value) => Height - ((value - low) / span * Height);
        Box(svg, 0, X(series.Probation), "#eeeeee");
        foreach ((DateTimeOffset from, DateTimeOffset to) in series.Windows)
        {
            Box(svg, X(series.Instants.IndexOf(from)), X(series.Instants.IndexOf(to) + 1), "#ffd9a8");
        }

        svg.Append("<path stroke=\"#3b6ea5\" fill=\"none\" d=\"");
        for (int column = 0, row = 0; column < Width && row < rows; column++)
        {
            double least = series.Values[row], most = least;
            for (; row < rows && X(row) < column + 1; row++)
            {
                (least, most) = (Math.Min(least, series.Values[row]), Math.Max(most, series.Values[row]));
            }

            svg.Append(CultureInfo.InvariantCulture, $"M{column} {Y(least) + 0.5:0.#}V{Y(most) - 0.5:0.#}");
        }

        svg.Append("\"/>\n");
        for (int row = 0; row < rows; row++)
        {
            if (one.Scores[row] >= Detections.Threshold)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<path stroke=\"#c0392b\" d=\"M{X(row):0.#} 0V{Height}\"/>\n");
            }
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Height + 13}\">{SecurityElement.Escape(series.Name)} ({low:0.###} to {high:0.###})</text>\n");
    }

    private static void Box(StringBuilder svg, double from, double to, string colour) => svg.Append(
        CultureInfo.InvariantCulture, $"<rect x=\"{from:0.#}\" y=\"0\" width=\"{Math.Max(0.5, to - from):0.#}\" height=\"{Height}\" fill=\"{colour}\"/>\n");
}
