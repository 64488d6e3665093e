using System.Globalization;

namespace EdgeDePin.Analytics;

/// <summary>
/// Numbers that stand for "no value". A word of the list is always one; a number of the list is one only where it stands alone: no
/// other value lies within half of its size around it, so that -200 W of a meter that feeds in stays what it is.
/// </summary>
internal static class MissingCodes
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "NA", "N/A", "NaN", "null", "none", "nil", "-", "--", "---", "?", ".", "missing", "M", "inf", "-inf", "unavailable", "unknown",
    };

    private static readonly double[] Numbers =
        [-200, -999, -999.9, -9999, -9999.9, -99999, -99999.9, -7999, -999999, 9999, 9999.9, 99999, 99999.9, 999999, -6999, -8888, 32767, -32768, 65535, 1e20];

    public static bool IsWord(string text) => Words.Contains(text);

    /// <summary>Those numbers of the list that stand alone among these values.</summary>
    /// <param name="values">NaN where a value is missing.</param>
    public static List<double> In(IReadOnlyCollection<double> values)
    {
        var found = new List<double>();
        foreach (double code in Numbers)
        {
            int exact = 0, near = 0;
            foreach (double value in values)
            {
                exact += value == code ? 1 : 0;
                near += value != code && Math.Abs(value - code) < Math.Abs(code) / 2 && Array.IndexOf(Numbers, value) < 0 ? 1 : 0;
            }

            if (exact > 0 && near == 0 && exact < values.Count)
            {
                found.Add(code);
            }
        }

        return found;
    }

    public static string Text(double code) => code.ToString("R", CultureInfo.InvariantCulture);
}
