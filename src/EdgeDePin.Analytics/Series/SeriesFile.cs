using System.Globalization;

namespace EdgeDePin.Analytics;

/// <summary>
/// Reads a series that nobody prepared: any delimiter, decimal comma, unsorted rows, stamps that repeat (their mean counts) or are left
/// out (a gap), codes for "no value". The file is read twice, line after line: once to see how it is written, once for its values.
/// </summary>
/// <param name="name">For messages.</param>
/// <param name="open">Opens it from the beginning, each time.</param>
public sealed class SeriesFile(string name, Func<TextReader> open)
{
    /// <summary>Twenty years of minutes.</summary>
    public const int MaxRows = 11_000_000;

    private const int HeadLines = 50;

    /// <exception cref="SeriesException">The columns are not there, or hold something else; the message names file, line, value and remedy.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public GriddedSeries Read(SeriesColumns columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        (CsvLayout layout, List<string> header) = Head();
        int[] time = [.. columns.Time.Select(column => Find(header, column, "--time"))];
        int[] numbers = [Find(header, columns.Value, "--value"), .. columns.Exogenous.Select(column => Find(header, column, "--exogenous"))];
        StampFormat format = columns.Format ?? Guess(layout, time, columns);
        var table = new SeriesRows([columns.Value, .. columns.Exogenous]);
        int skipped = 0;
        foreach ((int number, List<string> cells) in Rows(layout))
        {
            string stamp = Stamp(cells, time);
            if (stamp.Length == 0)
            {
                skipped++;
                continue;
            }

            if (!format.TryRead(stamp, out DateTime at))
            {
                throw new SeriesException($"{name}:{number}: '{stamp}' in column '{string.Join('+', columns.Time)}' is no instant as '{format}'; say how it is written with --time {string.Join('+', columns.Time)}:FORMAT, e.g. :dd-MM-yyyy HH:mm.");
            }

            if (table.Count == MaxRows)
            {
                throw new SeriesException($"{name}:{number}: more than {MaxRows:N0} rows; take a part of the file.");
            }

            table.Add(at, [.. numbers.Select((column, which) => Value(cells, column, which, number, layout, table, columns))]);
        }

        return table.Grid(name, columns, $"{layout.Delimiter switch { '\t' => "tab", var other => other.ToString() }} as delimiter{(layout.DecimalComma ? ", decimal comma" : "")}, time as '{format}'", skipped);
    }

    private double Value(List<string> cells, int column, int which, int number, CsvLayout layout, SeriesRows table, SeriesColumns columns)
    {
        string text = column < cells.Count ? cells[column] : "";
        if (MissingCodes.IsWord(text) || columns.Missing.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return double.NaN;
        }

        if (layout.TryNumber(text, out double value))
        {
            return columns.Missing.Any(code => layout.TryNumber(code, out double missing) && missing == value) ? double.NaN : value;
        }

        return which > 0
            ? table.Word(which, text) ?? throw new SeriesException($"{name}:{number}: column '{columns.Exogenous[which - 1]}' holds more than {SeriesRows.MaxWords} different words ('{text}' is one more); leave it out.")
            : throw new SeriesException($"{name}:{number}: column '{columns.Value}' holds '{text}', which is neither a number nor a known code for a missing value; if it is one, say --missing {text}.");
    }

    private (CsvLayout Layout, List<string> Header) Head()
    {
        using TextReader reader = open();
        var head = new List<string>();
        while (head.Count < HeadLines && reader.ReadLine() is { } line)
        {
            if (head.Count > 0 || !string.IsNullOrWhiteSpace(line))
            {
                head.Add(line.TrimStart('\uFEFF'));
            }
        }

        if (head.Count < 2)
        {
            throw new SeriesException($"{name}: it holds {(head.Count == 0 ? "nothing" : "one line")}; expected a header with the names of the columns, and rows below it.");
        }

        CsvLayout layout = CsvLayout.Of(head);
        return (layout, layout.Split(head[0]));
    }

    private IEnumerable<(int Number, List<string> Cells)> Rows(CsvLayout layout)
    {
        using TextReader reader = open();
        bool header = true;
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!header)
            {
                yield return (number, layout.Split(line));
            }

            header = false;
        }
    }

    private int Find(List<string> header, string column, string option)
    {
        int index = header.FindIndex(name => name == column);
        index = index >= 0 ? index : header.FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase));
        if (index < 0 && column.StartsWith('#') && int.TryParse(column.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place >= 1 && place <= header.Count)
        {
            return place - 1;
        }

        return index >= 0
            ? index
            : throw new SeriesException($"{name}:1: there is no column '{column}' ({option}); the header has {string.Join(", ", header.Select(name => $"'{name}'"))}. A column can be named by its place, too: #1.");
    }

    private static string Stamp(List<string> cells, int[] time) =>
        string.Join(' ', time.Select(column => column < cells.Count ? cells[column] : "")).Trim();

    // Formats that read every stamp of the file; of several (day and month may be either) the one that leaves the fewest different steps.
    private StampFormat Guess(CsvLayout layout, int[] time, SeriesColumns columns)
    {
        List<(StampFormat Format, DateTime Last, HashSet<long> Steps)> candidates = [.. StampFormat.Known.Select(format => (format, default(DateTime), new HashSet<long>()))];
        foreach ((int number, List<string> cells) in Rows(layout))
        {
            string stamp = Stamp(cells, time);
            if (stamp.Length == 0)
            {
                continue;
            }

            var left = new List<(StampFormat, DateTime, HashSet<long>)>();
            foreach ((StampFormat format, DateTime last, HashSet<long> steps) in candidates)
            {
                if (format.TryRead(stamp, out DateTime at))
                {
                    if (steps.Count < 1_000)
                    {
                        steps.Add((at - last).Ticks);
                    }

                    left.Add((format, at, steps));
                }
            }

            if (left.Count == 0)
            {
                string tried = candidates.Count == StampFormat.Known.Count() ? "any known way" : $"'{candidates[0].Format}', which the rows above are";
                throw new SeriesException($"{name}:{number}: '{stamp}' in column '{string.Join('+', columns.Time)}' is not written in {tried}; say how with --time {string.Join('+', columns.Time)}:FORMAT, e.g. :dd-MM-yyyy HH:mm.");
            }

            candidates = left;
        }

        return candidates.MinBy(candidate => candidate.Steps.Count).Format;
    }
}
