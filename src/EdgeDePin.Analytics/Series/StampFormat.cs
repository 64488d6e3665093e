using System.Globalization;

namespace EdgeDePin.Analytics;

/// <summary>
/// How the instants of a column are written. A stamp without an offset stays the local time that it is; one with an offset becomes UTC.
/// </summary>
public sealed record StampFormat
{
    private const string Iso = "iso";
    private const string Seconds = "unix";
    private const string Milliseconds = "unixms";

    private static readonly string[] Dates = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "d-M-yyyy", "d/M/yyyy", "d.M.yyyy", "M/d/yyyy", "M-d-yyyy", "d-MMM-yyyy", "d MMM yyyy", "d/M/yy", "M/d/yy"];
    private static readonly string[] Clocks = [" H:m", " H:m:s", " H.m.s", " H.m", " H:m:s.FFFFFFF", "THH:mm", "THH:mm:ss", "", " h:m tt", " h:m:s tt"];
    private static readonly string[] Packed = ["yyyyMMdd", "yyyyMMddHH", "yyyyMMddHHmm", "yyyyMMddHHmmss", "yyyyMMdd HH:mm", "yyyyMMdd HHmm", "yyyy M d H", "yyyy M d H m", "yyyy M d", "yyyy-MM", "yyyy-M", "yyyy M", "MMM yyyy", "yyyy"];

    private StampFormat(string text) => Text = text;

    /// <summary>A .NET pattern, or <c>iso</c>, <c>unix</c> (seconds since 1970), <c>unixms</c>.</summary>
    public string Text { get; }

    /// <summary>Every pattern worth trying where none was given; day before month comes before month before day.</summary>
    public static IEnumerable<StampFormat> Known { get; } =
        [.. Dates.SelectMany(date => Clocks.Select(clock => date + clock)).Concat(Packed).Append(Iso).Append(Seconds).Append(Milliseconds).Select(text => new StampFormat(text))];

    /// <param name="text">A .NET pattern (<c>dd-MM-yyyy HH:mm</c>), one of strftime (<c>%d-%m-%Y %H:%M</c>), <c>iso</c>, <c>unix</c> or <c>unixms</c>.</param>
    /// <exception cref="FormatException">A letter of strftime that is not known.</exception>
    public static StampFormat Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new StampFormat(text.Contains('%', StringComparison.Ordinal) ? FromStrftime(text) : text);
    }

    public bool TryRead(string stamp, out DateTime instant)
    {
        switch (Text)
        {
            case Seconds:
                return TryEpoch(stamp, TimeSpan.TicksPerSecond, 1e8, 1e11, out instant);
            case Milliseconds:
                return TryEpoch(stamp, TimeSpan.TicksPerMillisecond, 1e11, 1e14, out instant);
            case Iso:
                bool read = DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
                instant = at.UtcDateTime;
                return read && stamp.Contains('-', StringComparison.Ordinal);
            default:
                bool exact = DateTime.TryParseExact(
                    stamp, Text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces, out instant);
                return exact;
        }
    }

    public override string ToString() => Text;

    private static bool TryEpoch(string stamp, long ticks, double least, double most, out DateTime instant)
    {
        bool valid = double.TryParse(stamp, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number < most;
        instant = valid ? DateTime.UnixEpoch.AddTicks((long)(number * ticks)) : default;
        return valid;
    }

    private static string FromStrftime(string text)
    {
        var pattern = new System.Text.StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            pattern.Append(text[at] != '%' || at + 1 == text.Length ? text[at].ToString() : text[++at] switch
            {
                'Y' => "yyyy",
                'y' => "yy",
                'm' => "M",
                'd' => "d",
                'H' => "H",
                'I' => "h",
                'M' => "m",
                'S' => "s",
                'f' => "FFFFFFF",
                'p' => "tt",
                'b' => "MMM",
                'B' => "MMMM",
                'z' => "zzz",
                'T' => "H:m:s",
                'F' => "yyyy-M-d",
                's' => Seconds,
                _ => throw new FormatException($"'%{text[at]}' in the time format '{text}' is not known: use %Y %m %d %H %M %S %f %p %b %z, or a .NET pattern such as dd-MM-yyyy HH:mm."),
            });
        }

        return pattern.ToString();
    }
}
