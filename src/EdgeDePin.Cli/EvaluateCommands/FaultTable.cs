using System.Collections.Immutable;
using System.Globalization;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Model;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>A column of a table that is to be watched.</summary>
/// <param name="Name">Of the column, and of the sensor.</param>
internal sealed record WatchedColumn(string Name, Quantity Quantity)
{
    private static readonly Dictionary<string, Quantity> Usual = new(StringComparer.OrdinalIgnoreCase)
    {
        ["P1"] = Quantity.Pm10,
        ["P2"] = Quantity.Pm25,
        ["relative_humidity"] = Quantity.RelativeHumidity,
        ["rh"] = Quantity.RelativeHumidity,
    };

    /// <param name="text"><c>COLUMN=quantity</c>, or a column that is named for its quantity.</param>
    public static WatchedColumn Parse(string text)
    {
        int equals = text.LastIndexOf('=');
        if (equals > 0)
        {
            return new WatchedColumn(text[..equals], Quantity.Parse(text[(equals + 1)..]));
        }

        return Usual.TryGetValue(text, out Quantity? usual) || Quantity.TryParse(text.ToLowerInvariant(), out usual)
            ? new WatchedColumn(text, usual)
            : throw new FormatException($"'{text}' does not say what it measures; write COLUMN=quantity, one of: {string.Join(", ", Quantity.All)}.");
    }
}

/// <summary>
/// Reads a table of any maker: comma, semicolon or tab; decimal point or comma; quoted names. An empty cell, NA, NaN, null or - is no reading; what
/// else is no number is counted and left out.
/// </summary>
internal sealed class FaultTable
{
    private static readonly HashSet<string> Nothing = new(["", "NA", "N/A", "NaN", "null", "-", "?"], StringComparer.OrdinalIgnoreCase);

    private readonly string _file;
    private readonly char _separator;
    private readonly int[] _columns;
    private readonly int _time;
    private readonly string? _format;
    private readonly DateTimeOffset _from;
    private readonly TimeSpan _every;

    /// <param name="time">Column, with <c>:FORMAT</c> where the instants are not ISO 8601; null where rows are <paramref name="every"/> apart from <paramref name="from"/>.</param>
    /// <exception cref="FormatException">A column is not there; the message lists those that are.</exception>
    public FaultTable(string file, IReadOnlyList<WatchedColumn> columns, string? time, DateTimeOffset from, TimeSpan every)
    {
        (_file, _from, _every) = (file, from, every);
        string header = File.ReadLines(file).FirstOrDefault() ?? throw new FormatException($"{file} is empty.");
        _separator = new[] { ',', ';', '\t' }.MaxBy(one => header.Count(character => character == one));
        string[] names = [.. Split(header)];
        int colon = time is null || Array.IndexOf(names, time) >= 0 ? -1 : time.IndexOf(':', StringComparison.Ordinal);
        _format = colon > 0 ? time![(colon + 1)..] : null;
        _time = time is null ? -1 : Find(colon > 0 ? time[..colon] : time);
        _columns = [.. columns.Select(column => Find(column.Name))];

        int Find(string name) => Array.FindIndex(names, one => string.Equals(one, name, StringComparison.OrdinalIgnoreCase)) is >= 0 and int found
            ? found
            : throw new FormatException($"{file} has no column '{name}'; it has: {string.Join(", ", names)}.");
    }

    /// <summary>Cells that are neither a number nor empty.</summary>
    public long Refused { get; private set; }

    /// <summary>The cells that are readings, in the order of the file.</summary>
    /// <exception cref="FormatException">A row has no instant that can be read.</exception>
    public IEnumerable<(int Column, double Value, DateTimeOffset At)> Readings()
    {
        int line = 1;
        foreach (string text in File.ReadLines(_file).Skip(1))
        {
            line++;
            if (text.Length == 0)
            {
                continue;
            }

            List<string> cells = Split(text);
            DateTimeOffset at = _time < 0 ? _from + ((line - 2) * _every) : Instant(cells, line);
            for (int column = 0; column < _columns.Length; column++)
            {
                string cell = _columns[column] < cells.Count ? cells[_columns[column]] : string.Empty;
                if (Nothing.Contains(cell))
                {
                    continue;
                }

                if (double.TryParse(_separator == ',' ? cell : cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
                {
                    yield return (column, value, at);
                }
                else
                {
                    Refused++;
                }
            }
        }
    }

    private DateTimeOffset Instant(List<string> cells, int line)
    {
        string cell = _time < cells.Count ? cells[_time] : string.Empty;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return (_format is null
            ? DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, utc, out DateTimeOffset at)
            : DateTimeOffset.TryParseExact(cell, _format, CultureInfo.InvariantCulture, utc, out at))
            ? at
            : throw new FormatException($"{_file}, line {line}: '{cell}' is no instant; say how it is written, such as --time COLUMN:dd-MM-yyyy HH:mm.");
    }

    private List<string> Split(string text)
    {
        var cells = new List<string>();
        for (int at = 0; at <= text.Length;)
        {
            if (at < text.Length && text[at] == '"' && text.IndexOf('"', at + 1) is > 0 and int close)
            {
                cells.Add(text[(at + 1)..close]);
                int next = text.IndexOf(_separator, close);
                at = next < 0 ? text.Length + 1 : next + 1;
                continue;
            }

            int end = text.IndexOf(_separator, at);
            cells.Add(text[at..(end < 0 ? text.Length : end)].Trim());
            at = end < 0 ? text.Length + 1 : end + 1;
        }

        return cells;
    }
}
