using System.Globalization;

namespace EdgeDePin.Simulation.Replay;

/// <summary>Reads a published series line by line; what is malformed is named with file, line, value and remedy.</summary>
internal sealed class SeriesReader
{
    private readonly string _path;
    private readonly int _fields;
    private readonly int _instant;
    private readonly int _id;
    private readonly int[] _columns;

    private SeriesReader(string path, string header, SeriesFormat format)
    {
        string[] names = header.Split(format.Separator);
        (_path, Format, _fields) = (path, format, names.Length);
        _instant = Array.IndexOf(names, format.InstantColumn);
        _id = format.IdColumn is null ? -1 : Array.IndexOf(names, format.IdColumn);
        _columns = [.. format.Columns.Select(column => Array.IndexOf(names, column.Name))];
    }

    public SeriesFormat Format { get; }

    /// <exception cref="FormatException">The header is of no series we know.</exception>
    public static SeriesReader Of(string path, string? header)
    {
        SeriesFormat? format = SeriesFormat.Known.FirstOrDefault(known => known.Matches(header ?? ""));
        return format is not null
            ? new SeriesReader(path, header!, format)
            : throw new FormatException(
                $"{path}:1: header '{Cut(header ?? "")}' is of no known series; it must name the columns of one of: {string.Join(", ", SeriesFormat.Known)}.");
    }

    /// <exception cref="FormatException">The line is malformed, or has a value that the chip cannot hold.</exception>
    public SeriesRow Row(string line, int number)
    {
        string[] fields = line.Split(Format.Separator);
        if (fields.Length != _fields)
        {
            throw Malformed(number, line, $"has {fields.Length} fields, the header {_fields}; complete or remove the line");
        }

        double[] values = new double[_columns.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Value(fields[_columns[i]], Format.Columns[i], number);
        }

        return new SeriesRow(Instant(fields[_instant], number), values);
    }

    /// <summary>The station that a line is of; empty if the series does not say.</summary>
    public string Station(string line) => _id < 0 ? "" : line.Split(Format.Separator)[_id];

    private DateTimeOffset Instant(string text, int number) =>
        DateTimeOffset.TryParseExact(
            text, Format.InstantPattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant)
            ? instant
            : throw Malformed(number, text, $"is no instant of the form {Format.InstantPattern} (UTC); correct or remove the line");

    private double Value(string text, SeriesColumn column, int number)
    {
        if (text.Length == 0)
        {
            return double.NaN;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
        {
            throw Malformed(number, text, $"is no number for {column.Name}; correct it, or leave the field empty for a missing value");
        }

        double converted = value * column.Factor;
        return converted >= column.Lowest && converted <= column.Highest
            ? converted
            : throw Malformed(
                number, text,
                $"is outside {column.Lowest} to {column.Highest} {column.Quantity.Unit}, what a {Format.Chip} can tell of {column.Name}; correct it, or leave the field empty");
    }

    private FormatException Malformed(int number, string value, string remedy) =>
        new($"{_path}:{number}: '{Cut(value)}' {remedy}.");

    private static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
