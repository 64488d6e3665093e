using System.Globalization;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Instants and durations as InfluxQL writes them, in nanoseconds.</summary>
internal static class TimeLiterals
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>Durations such as <c>1h30m</c>; null when it is none or longer than 292 years.</summary>
    public static long? Duration(string text)
    {
        Int128 sum = 0;
        int at = 0;
        while (at < text.Length)
        {
            Int128 count = 0;
            int digits = at;
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                count = (count * 10) + (text[at] - '0');
                if (count > long.MaxValue)
                {
                    return null;
                }
            }

            int unit = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (unit == digits || Unit(text.AsSpan(unit, at - unit)) is not { } nanoseconds)
            {
                return null;
            }

            sum += count * nanoseconds;
            if (sum > long.MaxValue)
            {
                return null;
            }
        }

        return (long)sum;
    }

    /// <summary>A date, a date and time, or RFC 3339, all with up to nine decimals of the second.</summary>
    /// <param name="zone">The zone of texts that name none; null is UTC.</param>
    public static long? Instant(string text, TimeZoneInfo? zone = null)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int end = point + 1;
        while (point >= 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        string fraction = point < 0 ? "" : text[(point + 1)..end];
        string whole = point < 0 ? text : text[..point] + text[end..];
        if (fraction.Length > 9 || (point >= 0 && fraction.Length == 0)
            || !DateTimeOffset.TryParseExact(whole, Formats, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset parsed))
        {
            return null;
        }

        if (zone is not null && !NamesZone(whole))
        {
            parsed -= zone.GetUtcOffset(parsed.UtcDateTime - zone.GetUtcOffset(parsed));
        }

        Int128 instant = ((Int128)(parsed.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100)
            + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture));
        return instant >= long.MinValue && instant <= long.MaxValue ? (long)instant : null;
    }

    private static bool NamesZone(string text) =>
        text.EndsWith('Z') || (text.Contains('T', StringComparison.Ordinal) && text.AsSpan(11).ContainsAny('+', '-'));

    private static long? Unit(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "u" or "µ" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        "w" => 604_800_000_000_000,
        _ => null,
    };
}
