using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Replay;

/// <summary>
/// A published series, read and checked as a whole before anything starts, and held compactly: 33,000 rows of three values
/// are 1 MB.
/// </summary>
public sealed class ReplaySeries
{
    /// <summary>Four months of seconds; 400 MB of a three-channel chip.</summary>
    public const int MostRows = 10_000_000;

    private readonly DateTimeOffset[] _instants;
    private readonly double[] _values;

    /// <summary>So many lines and values that were left out are shown.</summary>
    public const int MostComplaints = 20;

    private ReplaySeries(string path, string chip, string station, IReadOnlyList<Quantity> quantities, SortedSeries rows)
    {
        (Path, Chip, Quantities) = (path, chip, quantities);
        Sensor = new SensorId(station.Length > 0 ? $"{chip}-{station}" : chip);
        (_instants, _values, Duplicates, OutOfOrder) = (rows.Instants, rows.Values, rows.Duplicates, rows.OutOfOrder);
        Missing = _values.Count(double.IsNaN);
    }

    public string Path { get; }

    /// <summary>The chip of the catalogue that it is replayed on.</summary>
    public string Chip { get; }

    /// <summary>The chip and the station, e.g. <c>bme280-22481</c>.</summary>
    public SensorId Sensor { get; private init; }

    public IReadOnlyList<Quantity> Quantities { get; }

    /// <summary>Rows in the span, each with an instant of its own, in order.</summary>
    public int Rows => _instants.Length;

    /// <summary>Values in the span that the file leaves empty.</summary>
    public int Missing { get; }

    /// <summary>Rows of the file that a later row of the same instant has replaced.</summary>
    public int Duplicates { get; }

    /// <summary>Rows of the file that stood behind a later instant.</summary>
    public int OutOfOrder { get; }

    /// <summary>Lines of a mapped file that could not be read and were left out.</summary>
    public int BadLines { get; private init; }

    /// <summary>Values of other lines that were no numbers, or none that the quantity can have; they are missing.</summary>
    public int BadValues { get; private init; }

    /// <summary>The first of both: <c>file:line: 'value' what is wrong</c>.</summary>
    public IReadOnlyList<string> Complaints { get; private init; } = [];

    public DateTimeOffset First => _instants[0];

    public DateTimeOffset Last => _instants[^1];

    /// <summary>
    /// Reads a series of Sensor.Community (BME280, SDS011) or ETT, recognised by its header; or a mapping (.toml, .json), which says how
    /// any other file is to be read.
    /// </summary>
    /// <param name="from">First instant that is replayed. Default: the first of the file.</param>
    /// <param name="until">First instant that is no longer replayed. Default: none.</param>
    /// <exception cref="FormatException">
    /// A line is malformed, or the span holds no row. The message is <c>file:line: 'value' what is wrong; remedy</c>.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ReplaySeries Open(string path, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        if (ReplayMapping.IsMapping(path))
        {
            return Mapped(path, from, until);
        }

        using var lines = new StreamReader(path);
        SeriesReader reader = SeriesReader.Of(path, lines.ReadLine());
        var rows = new List<SeriesRow>();
        string station = "";
        for (int number = 2; lines.ReadLine() is { } line; number++)
        {
            if (rows.Count == MostRows)
            {
                throw new FormatException($"{path}:{number}: more than {MostRows} rows; cut the file into parts.");
            }

            if (line.Length > 0)
            {
                rows.Add(reader.Row(line, number));
                station = rows.Count == 1 ? reader.Station(line) : station;
            }
        }

        SortedSeries sorted = SortedSeries.Of(rows, reader.Format).Cut(from, until);
        return sorted.Instants.Length > 0
            ? new ReplaySeries(path, reader.Format.Chip, station, reader.Format.Quantities, sorted)
            : throw new FormatException($"{path}: none of {rows.Count} rows is in [{from:O}, {until:O}); choose a span within the series.");
    }

    private static ReplaySeries Mapped(string path, DateTimeOffset? from, DateTimeOffset? until)
    {
        ReplayMapping mapping = ReplayMapping.Read(path);
        var reader = new MappedReader(path, mapping);
        using var lines = new StreamReader(mapping.File);
        List<SeriesRow> rows = reader.Rows(lines);
        SortedSeries sorted = SortedSeries.Of(rows, reader.Format).Cut(from, until);
        return sorted.Instants.Length > 0
            ? new ReplaySeries(mapping.File, mapping.Chip, "", reader.Format.Quantities, sorted)
            {
                Sensor = new SensorId(mapping.Id ?? mapping.Chip),
                BadLines = reader.BadLines,
                BadValues = reader.BadValues,
                Complaints = reader.Complaints,
            }
            : throw new FormatException(
                $"{mapping.File}: none of {rows.Count} rows is in [{from:O}, {until:O}); {reader.BadLines} lines could not be read{(reader.Complaints.Count > 0 ? $", the first: {reader.Complaints[0]}" : "")}.");
    }

    public DateTimeOffset Instant(int row) => _instants[row];

    /// <summary>A value of a row; null where the series has none.</summary>
    public double? Value(int row, Quantity quantity)
    {
        for (int i = 0; i < Quantities.Count; i++)
        {
            if (Quantities[i] == quantity)
            {
                double value = _values[(row * Quantities.Count) + i];
                return double.IsNaN(value) ? null : value;
            }
        }

        return null;
    }
}
