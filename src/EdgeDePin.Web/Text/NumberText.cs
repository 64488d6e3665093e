namespace EdgeDePin.Web.Text;

/// <summary>Numbers, durations and sizes as people read them: never more digits than carry meaning.</summary>
internal static class NumberText
{
    // Thin space groups thousands, minus sign is the real one (ISO 80000-1, section 7.3).
    private const char ThinSpace = '\u2009';
    private const char Minus = '\u2212';

    public static string Fixed(double value, int decimals)
    {
        // "-0.0" would claim a sign that the digits do not show.
        string digits = Math.Round(Math.Abs(value), decimals, MidpointRounding.AwayFromZero).ToString("N" + decimals).Replace(',', ThinSpace);
        return value < 0 && digits.AsSpan().ContainsAnyInRange('1', '9') ? Minus + digits : digits;
    }

    public static string Count(double? value) => value is { } number ? Fixed(number, 0) : "–";

    /// <summary>Three significant digits, from microseconds to years.</summary>
    public static string Milliseconds(double? value) => value switch
    {
        null => "–",
        < 0 => Minus + Milliseconds(-value),
        < 1 => $"{Significant(value.Value * 1e3)} µs",
        < 1e3 => $"{Significant(value.Value)} ms",
        < 60e3 => $"{Significant(value.Value / 1e3)} s",
        < 3600e3 => $"{Significant(value.Value / 60e3)} min",
        < 172_800e3 => $"{Significant(value.Value / 3600e3)} h",
        < 730 * 86_400e3 => $"{Significant(value.Value / 86_400e3)} d",
        _ => $"{Significant(value.Value / (365.25 * 86_400e3))} years",
    };

    public static string Duration(TimeSpan span) => Milliseconds(span.TotalMilliseconds);

    /// <summary>IEC units, as disks and budgets are given in this project.</summary>
    public static string Bytes(double? value) => value switch
    {
        null => "–",
        < 1024 => $"{Fixed(value.Value, 0)} B",
        < 1024 * 1024 => $"{Significant(value.Value / 1024)} KiB",
        < 1024 * 1024 * 1024 => $"{Significant(value.Value / (1024 * 1024))} MiB",
        _ => $"{Significant(value.Value / (1024 * 1024 * 1024))} GiB",
    };

    /// <summary>How far a prediction was off, relative to the truth, with sign: "+12 %".</summary>
    public static string Deviation(double? predicted, double? actual) =>
        predicted is { } guess && actual is > 0
            ? (guess >= actual ? "+" : "") + Fixed((guess / actual.Value - 1) * 100, 0) + " %"
            : "–";

    private static string Significant(double value) => value switch
    {
        < 9.995 => Trim(Fixed(value, 2)),
        < 99.95 => Trim(Fixed(value, 1)),
        _ => Fixed(value, 0),
    };

    private static string Trim(string digits) => digits.TrimEnd('0').TrimEnd('.') is { Length: > 0 } kept ? kept : "0";
}
