namespace EdgeDePin.Analytics;

/// <summary>How a text file separates columns and writes decimals.</summary>
/// <param name="Delimiter"><c>;</c>, tab, <c>,</c> or <c>|</c>.</param>
/// <param name="DecimalComma">Numbers are written <c>1,5</c>.</param>
public readonly record struct CsvLayout(char Delimiter, bool DecimalComma)
{
    private const string Delimiters = ";\t,|";

    /// <summary>Numbers are written <c>1.5</c>: a comma is none of theirs.</summary>
    public bool DecimalPoint { get; init; }

    /// <summary>
    /// The delimiter that the header holds most often; a decimal comma where a value has one. Between commas only quotes can hold one, and
    /// <c>"1,234"</c> may be a thousand there: it takes a value such as <c>"1,5"</c> to tell.
    /// </summary>
    /// <param name="head">The header and some rows below it; at least the header.</param>
    public static CsvLayout Of(IReadOnlyList<string> head)
    {
        ArgumentNullException.ThrowIfNull(head);
        char delimiter = Delimiters.MaxBy(candidate => head[0].Count(character => character == candidate));
        string[] cells = [.. head.Skip(1).SelectMany(line => Split(line, delimiter))];
        bool comma = cells.Any(cell => IsDecimalComma(cell) && (delimiter != ',' || !IsPerhapsThousands(cell)));
        return new CsvLayout(delimiter, comma) { DecimalPoint = !comma && cells.Any(IsDecimalPoint) };
    }

    /// <summary>The columns of a line, without quotes (RFC 4180) and outer blanks.</summary>
    public List<string> Split(string line) => Split(line, Delimiter);

    /// <returns>False where the text is no finite number, or could be two: <c>"1,234"</c> between commas, or where others are written <c>1.5</c>.</returns>
    public bool TryNumber(string text, out double value)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool comma = DecimalComma || (IsDecimalComma(text) && !DecimalPoint && (Delimiter != ',' || !IsPerhapsThousands(text)));
        return double.TryParse(
            comma ? text.Replace(',', '.') : text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static List<string> Split(string line, char delimiter)
    {
        var columns = new List<string>();
        int at = 0;
        while (at <= line.Length)
        {
            if (at < line.Length && line[at] == '"')
            {
                int end = at + 1;
                while (end < line.Length && (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')))
                {
                    end += line[end] == '"' ? 2 : 1;
                }

                columns.Add(line[(at + 1)..Math.Min(end, line.Length)].Replace("\"\"", "\"", StringComparison.Ordinal).Trim());
                int next = line.IndexOf(delimiter, Math.Min(end, line.Length));
                at = next < 0 ? line.Length + 1 : next + 1;
            }
            else
            {
                int next = line.IndexOf(delimiter, at);
                int end = next < 0 ? line.Length : next;
                columns.Add(line[at..end].Trim());
                at = end + 1;
            }
        }

        return columns;
    }

    private static bool IsDecimalComma(string text) => IsDecimal(text, ',');

    private static bool IsDecimalPoint(string text) => IsDecimal(text, '.');

    // Of what is a number with a decimal comma.
    private static bool IsPerhapsThousands(string text) => text.Length - text.IndexOf(',', StringComparison.Ordinal) == 4;

    private static bool IsDecimal(string text, char mark)
    {
        int at = text.IndexOf(mark, StringComparison.Ordinal);
        return at >= 0 && at + 1 < text.Length && text.AsSpan(at + 1).IndexOfAnyExceptInRange('0', '9') < 0
            && text.AsSpan(0, at).TrimStart("+-").IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
