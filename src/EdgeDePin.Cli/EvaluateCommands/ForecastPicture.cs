using System.Globalization;
using System.Text;
using EdgeDePin.Analytics;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>The end of a test as a picture: truth, forecast, band.</summary>
internal static class ForecastPicture
{
    private const int Width = 960;
    private const int Height = 360;
    private const int Margin = 50;

    public static string Draw(string name, ForecastReport report)
    {
        IReadOnlyList<ForecastSample> sample = report.Sample;
        double low = sample.Min(point => Math.Min(point.Low, point.Truth ?? point.Low));
        double high = sample.Max(point => Math.Max(point.High, point.Truth ?? point.High));
        double range = high > low ? high - low : 1;
        string X(int at) => (Margin + ((Width - (2.0 * Margin)) * at / Math.Max(1, sample.Count - 1))).ToString("F1", CultureInfo.InvariantCulture);
        string Y(double value) => (Height - Margin - ((Height - (2.0 * Margin)) * (value - low) / range)).ToString("F1", CultureInfo.InvariantCulture);
        IEnumerable<int> all = Enumerable.Range(0, sample.Count);
        var picture = new StringBuilder();
        picture.AppendLine($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        picture.AppendLine("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        picture.AppendLine($"<text x=\"{Margin}\" y=\"24\">{System.Security.SecurityElement.Escape(name)}: truth (black), forecast (blue), 90 % band; MAE {report.Models[0].Mae:G4}, holds {100 * report.Coverage.Share:F1} %</text>");
        for (int tick = 0; tick <= 4; tick++)
        {
            double value = low + (range * tick / 4);
            picture.AppendLine($"<line x1=\"{Margin}\" x2=\"{Width - Margin}\" y1=\"{Y(value)}\" y2=\"{Y(value)}\" stroke=\"#ddd\"/><text x=\"4\" y=\"{Y(value)}\">{value:G4}</text>");
        }

        foreach (int at in all.Where(at => at % Math.Max(1, sample.Count / 6) == 0))
        {
            picture.AppendLine($"<text x=\"{X(at)}\" y=\"{Height - 20}\">{sample[at].At:yyyy-MM-dd HH:mm}</text>");
        }

        string band = string.Join(' ', all.Select(at => $"{X(at)},{Y(sample[at].High)}").Concat(all.Reverse().Select(at => $"{X(at)},{Y(sample[at].Low)}")));
        picture.AppendLine($"<polygon points=\"{band}\" fill=\"#9ecae1\" fill-opacity=\"0.6\"/>");
        picture.AppendLine($"<polyline points=\"{string.Join(' ', all.Select(at => $"{X(at)},{Y(sample[at].Forecast)}"))}\" fill=\"none\" stroke=\"#08519c\" stroke-width=\"1.5\"/>");
        picture.AppendLine($"<polyline points=\"{string.Join(' ', all.Where(at => sample[at].Truth is not null).Select(at => $"{X(at)},{Y(sample[at].Truth!.Value)}"))}\" fill=\"none\" stroke=\"black\"/>");
        picture.Append("</svg>");
        return picture.ToString();
    }
}
