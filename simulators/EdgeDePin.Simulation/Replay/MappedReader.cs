using System.Globalization;
using EdgeDePin.Analytics;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Simulation.Replay;

/// <summary>
/// Reads a file as a mapping says. A line that cannot be read is left out, and a value that the quantity cannot have is missing: both are
/// counted, and the first are kept with file, line and value.
/// </summary>
internal sealed class MappedReader
{
    private const string Load = "load";
    private const string Blank = "blank";

    private static readonly string[] Words = ["", "NA", "N/A", "NaN", "null", "-"];

    private readonly ReplayMapping _mapping;
    private readonly string _path;
    private readonly MappedInstant _instant;
    private readonly MappedValue[] _values;
    private readonly SeriesColumn[] _columns;
    private readonly List<string> _complaints = [];
    private CsvLayout? _layout;
    private int[] _time = [];
    private int[] _places = [];

    /// <exception cref="FormatException">The mapping cannot be meant; one line names the option, the value and the remedy.</exception>
    public MappedReader(string path, ReplayMapping mapping)
    {
        (_path, _mapping) = (path, mapping);
        SensorCatalogEntry entry = SensorCatalog.Entry(mapping.Chip);
        _instant = new MappedInstant(path, mapping.Format, mapping.Zone);
        bool isLoad = mapping.Values.ContainsKey(Load);
        if (isLoad && (mapping.Values.Count > 1 || !entry.Quantities.Contains(Quantity.Power)))
        {
            throw new FormatException($"{path}: Values.{Load} is for a meter, alone; {mapping.Chip} measures {Names(entry)}.");
        }

        if (mapping.Time.Count == 0 || mapping.Separator is not (null or Blank))
        {
            throw new FormatException($"{path}: name the columns of the instant in Time, and leave Separator out or set it to '{Blank}'.");
        }

        Quantity[] quantities = isLoad ? [Quantity.Power] : [.. entry.Quantities];
        _values = [.. quantities.Select(quantity => mapping.Values.TryGetValue(isLoad ? Load : quantity.Name, out MappedValue? value) && (value.Column is null) != (value.Value is null)
            ? value
            : throw new FormatException($"{path}: Values.{quantity.Name} is needed, with either Column or Value; a {mapping.Chip} measures {Names(entry)}."))];
        if (!isLoad && mapping.Values.Keys.FirstOrDefault(name => !Array.Exists(quantities, quantity => quantity.Name == name)) is { } unknown)
        {
            throw new FormatException($"{path}: a {mapping.Chip} does not measure '{unknown}'; it measures {Names(entry)}.");
        }

        _columns = [.. quantities.Select((quantity, at) => Column(quantity, _values[at]))];
        Format = new SeriesFormat(Path.GetFileName(mapping.File), mapping.Chip, ',', "", "", null, [.. _columns], isLoad);
    }

    public SeriesFormat Format { get; }

    /// <summary>Lines that were left out.</summary>
    public int BadLines { get; private set; }

    /// <summary>Values that were left out of lines that were not.</summary>
    public int BadValues { get; private set; }

    /// <summary>The first of both: <c>file:line: 'value' what is wrong</c>.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <exception cref="FormatException">A column is not there, or the file is longer than can be held.</exception>
    public List<SeriesRow> Rows(TextReader lines)
    {
        var rows = new List<SeriesRow>();
        bool hasHeader = _mapping.Header, isKnown = false;
        int number = 0;
        while (lines.ReadLine() is { } line)
        {
            if (++number <= _mapping.Skip || string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!isKnown)
            {
                _layout = _mapping.Separator == Blank ? null : CsvLayout.Of([line]);
                List<string> first = Split(line);
                _time = [.. _mapping.Time.Select(column => Place(first, column, number))];
                _places = [.. _values.Select(value => value.Column is { } column ? Place(first, column, number) : -1)];
                isKnown = true;
                if (hasHeader)
                {
                    continue;
                }
            }

            if (Row(Split(line), number) is { } row)
            {
                rows.Add(row);
                _ = rows.Count <= ReplaySeries.MostRows ? 0 : throw new FormatException($"{_mapping.File}:{number}: more than {ReplaySeries.MostRows} rows; cut the file into parts.");
            }
        }

        return rows;
    }

    private static string Names(SensorCatalogEntry entry) => string.Join(", ", entry.Quantities.Select(quantity => quantity.Name));

    // What a published series of this chip may hold, else what the quantity can be at all.
    private SeriesColumn Column(Quantity quantity, MappedValue value)
    {
        SeriesColumn? known = SeriesFormat.Known.FirstOrDefault(format => format.Chip == _mapping.Chip)?.Columns.FirstOrDefault(column => column.Quantity == quantity);
        QualityLimits limits = QualityLimits.Of(quantity);
        return new SeriesColumn(value.Column ?? "", quantity, known?.Lowest ?? limits.Lowest, known?.Highest ?? limits.Highest, value.Factor);
    }

    private SeriesRow? Row(List<string> cells, int number)
    {
        string stamp = string.Join(' ', _time.Select(place => place < cells.Count ? cells[place] : "")).Trim();
        if (!_instant.TryRead(stamp, out DateTimeOffset at))
        {
            BadLines++;
            Complain(number, stamp, $"is no instant as '{_mapping.Format}'");
            return null;
        }

        double[] values = new double[_places.Length];
        for (int which = 0; which < values.Length; which++)
        {
            values[which] = _values[which].Value ?? Value(_places[which] < cells.Count ? cells[_places[which]] : "", which, number);
        }

        return new SeriesRow(at, values);
    }

    private double Value(string text, int which, int number)
    {
        if (Words.Contains(text, StringComparer.OrdinalIgnoreCase) || _mapping.Missing.Contains(text))
        {
            return double.NaN;
        }

        SeriesColumn column = _columns[which];
        double value = Number(text, out double read) ? (read * column.Factor) + _values[which].Offset : double.NaN;
        if (value >= column.Lowest && value <= column.Highest)
        {
            return value;
        }

        BadValues++;
        Complain(number, text, double.IsNaN(value)
            ? $"is no number for {column.Name}"
            : string.Create(CultureInfo.InvariantCulture, $"makes {value} {column.Quantity.Unit}; {column.Quantity} is {column.Lowest} to {column.Highest}"));
        return double.NaN;
    }

    private bool Number(string text, out double value) => _layout is { } layout
        ? layout.TryNumber(text, out value) || (layout.Delimiter != ',' && (layout with { DecimalComma = true }).TryNumber(text, out value))
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private List<string> Split(string line) =>
        _layout is { } layout ? layout.Split(line) : [.. line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    private int Place(List<string> first, string column, int number)
    {
        bool isPlace = column.StartsWith('#') && int.TryParse(column.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place >= 1 && place <= first.Count;
        int index = isPlace ? int.Parse(column.AsSpan(1), CultureInfo.InvariantCulture) - 1 : _mapping.Header ? first.IndexOf(column) : -1;
        return index >= 0
            ? index
            : throw new FormatException($"{_mapping.File}:{number}: there is no column '{column}'; use #1 to #{first.Count}{(_mapping.Header ? $", or one of {string.Join(", ", first.Select(name => $"'{name}'"))}" : "")}.");
    }

    private void Complain(int number, string value, string what)
    {
        if (_complaints.Count < ReplaySeries.MostComplaints)
        {
            _complaints.Add($"{_mapping.File}:{number}: '{(value.Length <= 60 ? value : value[..60] + "…")}' {what}");
        }
    }
}
