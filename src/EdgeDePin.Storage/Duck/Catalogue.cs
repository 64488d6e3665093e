using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// The writer's view of measurements, fields and series, kept in step with the catalogue tables. Owned by the writer lane;
/// readers get snapshots.
/// </summary>
internal sealed class Catalogue
{
    private readonly Dictionary<string, Entry> _measurements = new(StringComparer.Ordinal);
    private int _seriesCount;

    public IEnumerable<Entry> Measurements => _measurements.Values;

    public int SeriesCount => _seriesCount;

    public static void CreateTables(DuckDBConnection connection) => connection.Execute("""
        CREATE TABLE IF NOT EXISTS measurements(id INTEGER, name VARCHAR, may_repeat BOOLEAN);
        CREATE TABLE IF NOT EXISTS fields(measurement INTEGER, number INTEGER, name VARCHAR, kind INTEGER);
        CREATE TABLE IF NOT EXISTS series(id INTEGER, measurement INTEGER, keys VARCHAR[], tag_values VARCHAR[]);
        """);

    public static Catalogue Load(DuckDBConnection connection)
    {
        var catalogue = new Catalogue();
        var byId = new Dictionary<int, Entry>();
        foreach (DuckDBDataReader row in connection.Rows("SELECT id, name, may_repeat FROM measurements ORDER BY id"))
        {
            byId[row.GetInt32(0)] = catalogue._measurements[row.GetString(1)] = new Entry(row.GetInt32(0), row.GetString(1)) { MayRepeat = row.GetBoolean(2) };
        }

        foreach (DuckDBDataReader row in connection.Rows("SELECT measurement, number, name, kind FROM fields ORDER BY measurement, number"))
        {
            byId[row.GetInt32(0)].Fields.Add(new FieldColumn(row.GetString(2), (FieldKind)row.GetInt32(3), $"f{row.GetInt32(1)}"));
        }

        foreach (DuckDBDataReader row in connection.Rows("SELECT id, measurement, keys, tag_values FROM series ORDER BY id"))
        {
            var tags = row.GetFieldValue<List<string>>(2).Zip(row.GetFieldValue<List<string>>(3), (key, value) => new Tag(key, value));
            byId[row.GetInt32(1)].Add(new Series(row.GetInt32(0), [.. tags]));
            catalogue._seriesCount++;
        }

        foreach (Entry entry in byId.Values)
        {
            foreach (DuckDBDataReader row in connection.Rows($"SELECT series, max(ts) FROM points_{entry.Id} GROUP BY series"))
            {
                entry.Latest[row.GetInt32(0)] = row.GetInt64(1);
            }
        }

        return catalogue;
    }

    public Entry? Find(string measurement) => _measurements.GetValueOrDefault(measurement);

    public Entry Add(string measurement, DuckDBConnection connection)
    {
        var entry = new Entry(_measurements.Count + 1, measurement);
        connection.Execute("INSERT INTO measurements VALUES (?, ?, false)", entry.Id, measurement);
        connection.Execute($"CREATE TABLE points_{entry.Id}(seq BIGINT, series INTEGER, ts BIGINT)");
        return _measurements[measurement] = entry;
    }

    public FieldColumn AddField(Entry entry, string key, FieldKind kind, DuckDBConnection connection)
    {
        int number = entry.Fields.Count;
        var field = new FieldColumn(key, kind, $"f{number}");
        connection.Execute("INSERT INTO fields VALUES (?, ?, ?, ?)", entry.Id, number, key, (int)kind);
        connection.Execute($"ALTER TABLE points_{entry.Id} ADD COLUMN {field.Column} {field.SqlType}");
        entry.Fields.Add(field);
        return field;
    }

    public Series AddSeries(Entry entry, ImmutableArray<Tag> tags, DuckDBConnection connection)
    {
        var series = new Series(++_seriesCount, tags);
        connection.Execute("INSERT INTO series VALUES (?, ?, ?, ?)", series.Id, entry.Id,
            tags.Select(tag => tag.Key).ToList(), tags.Select(tag => tag.Value).ToList());
        entry.Add(series);
        return series;
    }

    public ImmutableSortedDictionary<string, MeasurementSchema> Snapshot() =>
        _measurements.Values.ToImmutableSortedDictionary(
            entry => entry.Name,
            entry => new MeasurementSchema(entry.Id, entry.Name, [.. entry.Fields], [.. entry.Series], entry.MayRepeat),
            Utf8Order.Instance);

    /// <summary>A measurement as the writer sees it.</summary>
    internal sealed class Entry(int id, string name)
    {
        private readonly Dictionary<string, Series> _byTags = new(StringComparer.Ordinal);

        public int Id => id;
        public string Name => name;
        public List<FieldColumn> Fields { get; } = [];
        public List<Series> Series { get; } = [];

        /// <summary>The latest instant of each series: a point at or before it may repeat a row.</summary>
        public Dictionary<int, long> Latest { get; } = [];
        public bool MayRepeat { get; set; }

        public FieldColumn? Field(string key) => Fields.Find(field => field.Key == key);

        public Series? Find(ImmutableArray<Tag> tags) => _byTags.GetValueOrDefault(Key(tags));

        public void Add(Series series)
        {
            Series.Add(series);
            _byTags[Key(series.Tags)] = series;
        }

        // Keys hold no control characters and values none at their start, so this is unambiguous.
        private static string Key(ImmutableArray<Tag> tags) =>
            string.Join('\n', tags.Select(tag => $"{tag.Key}\n{tag.Value}"));
    }
}
