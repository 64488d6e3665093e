using System.Globalization;

namespace EdgeDePin.Cli;

/// <summary>A part of a series: [<paramref name="From"/>, <paramref name="Until"/>).</summary>
internal readonly record struct SeriesSpan(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Reads <c>2019-03-03T00:00:00Z/2019-03-04T00:00:00Z</c> (ISO 8601 interval).</summary>
    /// <exception cref="FormatException">Not two instants with '/' between them, or the first is not before the second.</exception>
    public static SeriesSpan Parse(string text)
    {
        string[] ends = text.Split('/');
        if (ends.Length == 2 && TryInstant(ends[0], out DateTimeOffset from) && TryInstant(ends[1], out DateTimeOffset until)
            && from < until)
        {
            return new SeriesSpan(from, until);
        }

        throw new FormatException($"'{text}' is no span: write FROM/UNTIL, such as 2019-03-03T00:00:00Z/2019-03-04T00:00:00Z.");
    }

    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
}
