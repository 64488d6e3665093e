using System.Globalization;
using System.Text;

namespace EdgeDePin.Web.Now;

/// <summary>A trend as the path of an SVG, drawn on the node so that the page needs no script for it.</summary>
internal static class Sparkline
{
    public const int Width = 120;
    public const int Height = 32;

    // Room for the stroke at the top and bottom.
    private const double Margin = 2;

    /// <summary>Empty when fewer than two neighbouring buckets have a value. A gap lifts the pen.</summary>
    public static string Path(IReadOnlyList<double?> means)
    {
        double low = means.Min() ?? 0, high = means.Max() ?? 0;
        StringBuilder path = new();
        bool drawn = false;
        for (int i = 0; i < means.Count; i++)
        {
            if (means[i] is not { } mean)
            {
                continue;
            }

            bool joined = i > 0 && means[i - 1] is not null;
            drawn |= joined;
            double x = means.Count == 1 ? 0 : (double)i / (means.Count - 1) * Width;

            // A constant trend is a line in the middle, not at the bottom: nothing is low about it.
            double level = high > low ? (mean - low) / (high - low) : 0.5;
            double y = Margin + (1 - level) * (Height - 2 * Margin);
            path.Append(joined ? 'L' : 'M').Append(CultureInfo.InvariantCulture, $"{x:0.#} {y:0.#}");
        }

        return drawn ? path.ToString() : string.Empty;
    }
}
