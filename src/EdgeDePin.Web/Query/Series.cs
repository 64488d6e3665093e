using System.Globalization;

namespace EdgeDePin.Web;

/// <summary>One series of an InfluxQL answer, as the store gives it: nothing is formatted yet.</summary>
/// <param name="Name">The measurement.</param>
/// <param name="Tags">The tags of GROUP BY; empty without one.</param>
/// <param name="Columns"><c>time</c> first, then fields in the order of the SELECT.</param>
/// <param name="Rows">
/// A value per column. The time is a <see cref="DateTimeOffset"/> or epoch milliseconds; a missing value is null.
/// </param>
public sealed record Series(
    string Name,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Columns,
    IReadOnlyList<object?[]> Rows)
{
    /// <summary>The tag, or the empty string, as InfluxQL does for a tag that is not there.</summary>
    public string Tag(string key) => Tags.TryGetValue(key, out string? value) ? value : string.Empty;

    /// <summary>Where the column stands in each row, or -1.</summary>
    public int Column(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <exception cref="FormatException">The first column is neither an instant nor epoch milliseconds.</exception>
    public static DateTimeOffset Instant(object?[] row) => row[0] switch
    {
        DateTimeOffset instant => instant,
        DateTime utc => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)),
        long milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        object other => throw new FormatException(
            $"The time '{other}' is a {other.GetType().Name}: the store must give a DateTimeOffset or epoch milliseconds."),
        null => throw new FormatException("A row without time: the store must give one in the first column."),
    };

    public double? Number(object?[] row, string column) => At(row, column) switch
    {
        null or string => null,
        bool yes => yes ? 1 : 0,
        IConvertible number => number.ToDouble(CultureInfo.InvariantCulture) is var value && double.IsFinite(value)
            ? value
            : null,
        _ => null,
    };

    public string? Text(object?[] row, string column) =>
        At(row, column) is { } value && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text
            ? text
            : null;

    private object? At(object?[] row, string column) => Column(column) is var i and >= 0 && i < row.Length ? row[i] : null;
}
