namespace EdgeDePin.Analytics;

/// <summary>The rows of a file as they come, until they are laid on a grid of equal steps.</summary>
/// <param name="names">Of the columns; the first is the one to predict.</param>
internal sealed class SeriesRows(IReadOnlyList<string> names)
{
    /// <summary>A column of words has no more different ones.</summary>
    public const int MaxWords = 24;

    private const int MaxGridLength = 20_000_000;

    private readonly List<DateTime> _stamps = [];
    private readonly List<double>[] _columns = [.. names.Select(_ => new List<double>())];
    private readonly List<string>[] _words = [.. names.Select(_ => new List<string>())];

    public int Count => _stamps.Count;

    public void Add(DateTime at, ReadOnlySpan<double> values)
    {
        _stamps.Add(at);
        for (int column = 0; column < values.Length; column++)
        {
            _columns[column].Add(values[column]);
        }
    }

    /// <summary>The number that stands for a word; null where the column has too many.</summary>
    public double? Word(int column, string word)
    {
        int known = _words[column].IndexOf(word);
        if (known < 0 && _words[column].Count < MaxWords)
        {
            known = _words[column].Count;
            _words[column].Add(word);
        }

        return known < 0 ? null : known;
    }

    /// <exception cref="SeriesException">Too few rows, or a grid that would be too long.</exception>
    public GriddedSeries Grid(string file, SeriesColumns columns, string layout, int skipped)
    {
        var notes = new List<string> { $"{Count:N0} rows; {layout}." };
        Note(notes, skipped, "row without an instant was passed over", "rows without an instant were passed over");
        foreach ((List<double> column, int which) in _columns.Select((column, which) => (column, which)))
        {
            if (_words[which].Count == 0)
            {
                Clear(column, names[which], notes);
            }
        }

        int back = Enumerable.Range(1, Math.Max(0, Count - 1)).Count(at => _stamps[at] < _stamps[at - 1]);
        Note(notes, back, "row stands after a later one: sorted", "rows stand after a later one: sorted");
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(row => _stamps[row])];
        List<DateTime> distinct = [.. order.Select(row => _stamps[row]).Distinct()];
        if (distinct.Count < 10)
        {
            throw new SeriesException($"{file}: {distinct.Count} different instants are no series; at least 10 are needed.");
        }

        (SeriesStep step, bool irregular) = SeriesStep.Of(distinct);
        Note(notes, Count - distinct.Count, "instant repeats (clock set back, or a row twice): means count", "instants repeat (clock set back, or rows twice): means count");
        DateTime start = irregular ? new DateTime(distinct[0].Ticks - (distinct[0].Ticks % step.Length.Ticks)) : distinct[0];
        double span = step.Months > 0 ? distinct.Count : (distinct[^1] - start) / step.Length;
        if (span > MaxGridLength)
        {
            throw new SeriesException($"{file}: from {start:u} to {distinct[^1]:u} by {step} are {span:N0} steps; more than {MaxGridLength:N0} are not taken. Is an instant wrong?");
        }

        int length = step.IndexOf(start, distinct[^1]) + 1;
        double[][] grids = [.. _columns.Select((column, which) => Lay(column, _words[which].Count > 0, order, start, step, length))];
        int empty = grids[0].Count(double.IsNaN);
        notes.Add(irregular ? $"Steps are uneven: means of {step}." : $"Step {step}.");
        Note(notes, empty, $"of {length:N0} steps has no value", $"of {length:N0} steps have no value");
        return new GriddedSeries(columns.Value, start, step, grids[0], [.. Enumerable.Range(1, grids.Length - 1).SelectMany(which => Columns(which, grids[which]))], notes);
    }

    private static void Note(List<string> notes, int count, string one, string many)
    {
        if (count > 0)
        {
            notes.Add($"{count:N0} {(count == 1 ? one : many)}.");
        }
    }

    private static void Clear(List<double> column, string name, List<string> notes)
    {
        foreach (double code in MissingCodes.In(column))
        {
            int count = 0;
            for (int row = 0; row < column.Count; row++)
            {
                if (column[row] == code)
                {
                    column[row] = double.NaN;
                    count++;
                }
            }

            notes.Add($"{count:N0} times {MissingCodes.Text(code)} in '{name}' stands alone and is taken for a missing value.");
        }
    }

    private double[] Lay(List<double> column, bool words, int[] order, DateTime start, SeriesStep step, int length)
    {
        double[] sums = new double[length];
        int[] counts = new int[length];
        foreach (int row in order)
        {
            int place = step.IndexOf(start, _stamps[row]);
            if (double.IsNaN(column[row]) || place >= length)
            {
                continue;
            }

            // Words have no mean: the last one counts.
            sums[place] = words ? column[row] : sums[place] + column[row];
            counts[place] = words ? 1 : counts[place] + 1;
        }

        for (int place = 0; place < length; place++)
        {
            sums[place] = counts[place] == 0 ? double.NaN : sums[place] / counts[place];
        }

        return sums;
    }

    private IEnumerable<ExogenousColumn> Columns(int which, double[] grid) => _words[which].Count == 0
        ? [new ExogenousColumn(names[which], grid)]
        : _words[which].Select((word, number) => new ExogenousColumn($"{names[which]}={word}", [.. grid.Select(value => double.IsNaN(value) ? double.NaN : value == number ? 1 : 0)]));
}
