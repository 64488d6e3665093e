using System.Globalization;

namespace EdgeDePin.Cli;

/// <summary>Lengths of time as people type them: <c>90s</c>, <c>1.5m</c>, <c>2h</c>, <c>1d</c>, <c>250ms</c>.</summary>
internal static class Duration
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    /// <exception cref="FormatException">Not a positive number followed by ms, s, m, h or d, or longer than a year.</exception>
    public static TimeSpan Parse(string text)
    {
        foreach ((string suffix, TimeSpan unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture, out double number)
                && number > 0 && number * unit.TotalDays <= 366)
            {
                return number * unit;
            }
        }

        throw new FormatException($"'{text}' is no duration: write a number and its unit, such as 60s, 5m, 2h or 1d (at most a year).");
    }
}
