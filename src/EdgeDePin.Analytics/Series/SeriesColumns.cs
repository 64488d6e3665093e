namespace EdgeDePin.Analytics;

/// <summary>Which columns of a file make the series.</summary>
/// <param name="Time">One column, or several that make the instant together (<c>Date</c> and <c>Time</c>; <c>year</c>, <c>month</c>, <c>day</c>, <c>hour</c>).</param>
/// <param name="Format">How the instant is written; null: found by trying.</param>
/// <param name="Missing">Codes that stand for no value, beside those that are known.</param>
public sealed record SeriesColumns(
    IReadOnlyList<string> Time, StampFormat? Format, string Value, IReadOnlyList<string> Exogenous, IReadOnlyList<string> Missing)
{
    /// <summary>Reads <c>COL[:FORMAT]</c>; <c>COL+COL</c> or <c>COL,COL</c> names columns that make the instant together.</summary>
    /// <exception cref="FormatException">The format is not known.</exception>
    public static SeriesColumns Parse(string time, string value, IReadOnlyList<string> exogenous, IReadOnlyList<string> missing)
    {
        ArgumentNullException.ThrowIfNull(time);
        int colon = time.IndexOf(':', StringComparison.Ordinal);
        string columns = colon < 0 ? time : time[..colon];
        return new SeriesColumns(
            columns.Split(['+', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            colon < 0 ? null : StampFormat.Parse(time[(colon + 1)..]),
            value, exogenous, missing);
    }
}
